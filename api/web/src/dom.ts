// Elements without markup: text enters as text nodes only, so nothing from a document, a label or
// an answer can become an element, an attribute that acts, or a script.

export type Child = Node | string | number | null | undefined | false;

type Handler = (event: Event) => void;

export interface Attributes {
  [name: string]: string | number | boolean | null | undefined | Handler | Record<string, string>;
}

const SVG = "http://www.w3.org/2000/svg";

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (typeof value === "object") {
      // The policy of the page refuses style attributes; properties set one by one are no attribute.
      const style = (element as HTMLElement | SVGElement).style;
      for (const [property, text] of Object.entries(value)) style.setProperty(property, text);
    } else if (name === "href") {
      const safe = safeAddress(String(value));
      if (safe !== null) element.setAttribute("href", safe);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  add(element, children);
}

/** Appends what is there of `children`. */
export function add(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** An HTML element; a function among the attributes listens to the event of that name. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

/** The address if following it can only show something: of this page, this server, http or https. */
export function safeAddress(address: string): string | null {
  if (address.startsWith("#")) return address;
  if (/^\/(?![/\\])/.test(address)) return address;
  if (!/^(https?|blob):/i.test(address)) return null;
  try {
    return new URL(address).href;
  } catch {
    return null;
  }
}

/** Replaces what is in `element`. */
export function show(element: Element, ...children: Child[]): void {
  element.replaceChildren();
  add(element, children);
}

/** Closes what opens below its button by Escape, and by going elsewhere with the pointer. */
export function closes(details: HTMLDetailsElement): void {
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary")?.focus();
  });
  const elsewhere = (event: Event): void => {
    if (event.target instanceof Node && details.contains(event.target)) return;
    details.open = false;
    document.removeEventListener("pointerdown", elsewhere, true);
  };
  details.addEventListener("click", () => {
    document.addEventListener("pointerdown", elsewhere, true);
  });
}

let counter = 0;

/** An id that no other element has. */
export function fresh(prefix: string): string {
  counter += 1;
  return `${prefix}-${counter}`;
}

const ICONS: Readonly<Record<string, string>> = {
  search: "M10.5 3a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15zM16 16l5 5",
  close: "M5 5l14 14M19 5L5 19",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  shuffle:
    "M4 7h4l8 10h4M4 17h4l2-2.5M14 9.500l2-2.500h4M17.500 4.500L20 7l-2.500 2.500M17.500 14.500L20 17l-2.500 2.500",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  share:
    "M10 14a4 4 0 0 1 0-5.700l2.800-2.800a4 4 0 0 1 5.700 5.700L17 12.700M14 10a4 4 0 0 1 0 5.700l-2.800 2.800a4 4 0 0 1-5.700-5.700L7 11.300",
  filter: "M4 6h16M7 12h10M10 18h4",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  arrow: "M5 12h14M13 6l6 6-6 6",
  play: "M7 5l12 7-12 7z",
  stop: "M6 6h12v12H6z",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
};

/** A small picture beside a word; readers of the screen hear the word alone. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  return s(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false" },
    s("path", { d: ICONS[name] ?? "" }),
  );
}

/** A button with a picture; `label` is read out, and shown where `text`. */
export function button(
  label: string,
  act: Handler,
  options: { icon?: string; text?: boolean; class?: string; pressed?: boolean } = {},
): HTMLButtonElement {
  const hasText = options.text !== false;
  return h(
    "button",
    {
      type: "button",
      class: options.class ?? "button",
      click: act,
      "aria-label": hasText ? null : label,
      title: hasText ? null : label,
      "aria-pressed": options.pressed === undefined ? null : String(options.pressed),
    },
    options.icon !== undefined && icon(options.icon),
    hasText && h("span", {}, label),
  );
}

/** Says something to readers of the screen without showing it. */
export function say(text: string): void {
  const live = document.getElementById("live");
  if (live === null) return;
  live.textContent = "";
  // The same words twice are read twice only after a change.
  window.setTimeout(() => {
    live.textContent = text;
  }, 60);
}

/** A short notice at the foot of the page, also read out. */
export function notice(text: string): void {
  say(text);
  const toast = h("p", { class: "toast", "aria-hidden": "true" }, text);
  document.getElementById("toasts")?.append(toast);
  window.setTimeout(() => toast.remove(), 5000);
}

/** Hands bytes or text over as a file. */
export function save(name: string, type: string, content: BlobPart): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Runs `act` when nothing has called for `wait` milliseconds. */
export function later<A extends unknown[]>(
  wait: number,
  act: (...values: A) => void,
): ((...values: A) => void) & { cancel(): void } {
  let timer = 0;
  const call = (...values: A): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => act(...values), wait);
  };
  return Object.assign(call, { cancel: () => window.clearTimeout(timer) });
}

/** Whether the reader asked for less motion. */
export function calm(): boolean {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
