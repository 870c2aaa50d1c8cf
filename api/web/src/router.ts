// Addresses of the page: `#/entity/country/japan?predicate=evaluates`. Everything that a view shows
// is in its address, so that it can be kept, shared and gone back to.

export interface Place {
  /** The parts of the path, decoded. */
  readonly path: readonly string[];
  readonly params: URLSearchParams;
}

/** The place that a fragment names. */
export function parse(fragment: string): Place {
  const text = fragment.replace(/^#?\/?/, "");
  const cut = text.indexOf("?");
  const path = cut < 0 ? text : text.slice(0, cut);
  return {
    path: path.split("/").filter(Boolean).map(decode),
    params: new URLSearchParams(cut < 0 ? "" : text.slice(cut + 1)),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The id of an entity, or of whatever stands behind the first part of the path. */
export function rest(place: Place): string {
  return place.path.slice(1).join("/");
}

export type Values = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** Parameters without those that are empty. */
export function parameters(values: Values): URLSearchParams {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") continue;
    for (const each of typeof value === "string" ? [value] : value) found.append(name, each);
  }
  return found;
}

/** The fragment of a place; slashes of ids stay. */
export function href(path: string, values: Values | URLSearchParams = {}): string {
  const params = values instanceof URLSearchParams ? values : parameters(values);
  const query = params.toString();
  const safe = path.split("/").map(encodeURIComponent).join("/");
  return `#/${safe}${query === "" ? "" : `?${query}`}`;
}

export const entityHref = (id: string, values: Values = {}): string => href(`entity/${id}`, values);
export const statementHref = (id: string): string => href(`statement/${id}`);

/** Goes to a place, as a link would. */
export function go(address: string): void {
  window.location.hash = address;
}

type Listener = () => void;
const listeners: Listener[] = [];

/** Changes the address and tells the view, without a new entry in the history where `quiet`. */
export function put(address: string, options: { quiet?: boolean } = {}): void {
  if (address === window.location.hash) return;
  if (options.quiet === true) {
    window.history.replaceState(null, "", address);
    for (const listener of listeners) listener();
  } else {
    window.location.hash = address;
  }
}

/** Keeps in the address what the view shows already, without telling it. */
export function remember(address: string): void {
  if (address !== window.location.hash) window.history.replaceState(null, "", address);
}

/** The place that the page is at. */
export function here(): Place {
  return parse(window.location.hash);
}

/** The address with some parameters changed; null or "" takes one away. */
export function changed(place: Place, changes: Values): string {
  const params = new URLSearchParams(place.params);
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name);
    if (value === null || value === undefined || value === "") continue;
    for (const each of typeof value === "string" ? [value] : value) params.append(name, each);
  }
  return href(place.path.join("/"), params);
}

/** Calls `listener` at every change of the address. */
export function listen(listener: Listener): void {
  listeners.push(listener);
  window.addEventListener("hashchange", listener);
}
