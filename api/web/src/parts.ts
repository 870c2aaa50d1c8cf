// Pieces that several views show: links, chips, errors, empty states, progress.

import { collect, isAbort, Problem, withParams } from "./api";
import { button, type Child, closes, h, icon, safeAddress, show } from "./dom";
import { line, mark } from "./marks";
import { entityHref, href } from "./router";
import type { DocumentLink, EntityLink, StatementSummary, Value } from "./types";
import {
  count,
  day,
  firmest,
  modalityLabel,
  predicateLabel,
  publisher,
  share,
  typeLabel,
  valueText,
} from "./words";

/** An entity with its sign, as a link to its picture. */
export function entityLink(entity: EntityLink): HTMLElement {
  return h(
    "a",
    { class: "entity", href: entityHref(entity.id), title: typeLabel(entity.type) },
    mark(entity.type),
    h("span", {}, entity.name),
  );
}

/** A value, linked where it is an entity. */
export function valueNode(value: Value): HTMLElement {
  if (value.kind === "entity") return entityLink(value);
  return h("span", { class: `value value-${value.kind}` }, valueText(value));
}

/** How far a sentence commits itself. */
export function modalityChip(name: string): HTMLElement {
  const known = /^[a-z]+$/.test(name) ? name : "other";
  return h("span", { class: `chip modality-${known}` }, line(name), modalityLabel(name));
}

/** How well a statement is supported, as a bar with its number. */
export function beliefBar(value: number | null | undefined): HTMLElement {
  const known = value ?? 0;
  return h(
    "span",
    { class: "belief", title: `belief ${share(value)} of 1` },
    h("span", { class: "unseen" }, "belief "),
    h(
      "span",
      { class: "bar", "aria-hidden": "true" },
      h("span", { style: { width: `${Math.round(known * 100)}%` } }),
    ),
    h("span", { class: "number" }, share(value)),
  );
}

/** Subject, predicate and object in one line, which opens the statement. */
export function statementLine(statement: StatementSummary, address?: string): HTMLElement {
  return h(
    "a",
    { class: "statement-line", href: address ?? href(`statement/${statement.id}`) },
    line(firmest(statement)),
    h(
      "span",
      {},
      h("b", {}, statement.subject.name),
      ` ${predicateLabel(statement.predicate)} `,
      h("b", {}, valueText(statement.object)),
    ),
    h(
      "span",
      { class: "faint" },
      ` ${modalityLabel(firmest(statement))}, ${day(statement.latest)}`,
    ),
  );
}

/** A document's title, publisher and day; the title leads to its text. */
export function documentLine(
  document: DocumentLink,
  params: Record<string, string> = {},
): HTMLElement {
  const outside = document.source ? safeAddress(document.source) : null;
  return h(
    "span",
    { class: "document-line" },
    h(
      "a",
      { href: href(`document/${document.id}`, params) },
      document.title || "Untitled document",
    ),
    h(
      "span",
      { class: "faint" },
      h("span", { class: "dot" }, " · "),
      `${publisher(document.source)} · ${day(document.date)}`,
    ),
    outside?.startsWith("http") &&
      h(
        "a",
        {
          class: "outside",
          href: outside,
          target: "_blank",
          rel: "noopener noreferrer",
        },
        " source ↗",
        h("span", { class: "unseen" }, " (opens the publisher's page in a new tab)"),
      ),
  );
}

/** What is shown where there is nothing, with what to try. */
export function empty(title: string, ...hints: Child[]): HTMLElement {
  return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), ...hints);
}

const TITLES: Readonly<Record<number, string>> = {
  400: "This cannot be asked so",
  404: "There is no such thing",
  422: "This cannot be asked so",
};

/** What the server says without the address that it names for those who ask it by hand. */
const spoken = (text: string): string => text.replace(/: (try )?\/\S.*$/, ".");

/** Whether the same request may have another answer later. */
function mayChange(error: unknown): boolean {
  if (!(error instanceof Problem)) return true;
  return error.status === 0 || error.status >= 500 || [401, 408, 409, 429].includes(error.status);
}

/** An error in the words of the server, with a way to try again where that can help. */
export function failure(error: unknown, again?: () => void): HTMLElement {
  const isProblem = error instanceof Problem;
  const text = error instanceof Error ? error.message : String(error);
  return h(
    "div",
    { class: "failure", role: "alert" },
    h(
      "p",
      { class: "failure-title" },
      isProblem ? (TITLES[error.status] ?? error.title) : "This did not work",
    ),
    h("p", {}, isProblem ? spoken(text) : text),
    isProblem && error.fields.length > 0 && h("ul", {}, ...error.fields.map((f) => h("li", {}, f))),
    isProblem &&
      error.status === 404 &&
      h("p", {}, h("a", { href: "#/" }, "Search for something else")),
    again !== undefined && mayChange(error) && button("Try again", again, { class: "button" }),
  );
}

/** While something is fetched; it can be stopped. */
export function waiting(text: string, stop?: () => void): HTMLElement {
  return h(
    "div",
    { class: "waiting", role: "status" },
    h("span", { class: "spinner", "aria-hidden": "true" }),
    h("span", { class: "waiting-text" }, text),
    stop !== undefined && button("Stop", stop, { icon: "stop" }),
  );
}

/**
 * Shows what `work` makes in `place`; before that what is waited for, and its error if it has one.
 * What was stopped by going elsewhere shows nothing.
 */
export async function into(
  place: HTMLElement,
  text: string,
  work: (signal: AbortSignal, progress: (text: string) => void) => Promise<Child>,
  options: { signal?: AbortSignal; stop?: boolean } = {},
): Promise<void> {
  const own = new AbortController();
  options.signal?.addEventListener("abort", () => own.abort(), { once: true });
  let stopped = false;
  const wait = waiting(
    text,
    options.stop
      ? () => {
          stopped = true;
          own.abort();
        }
      : undefined,
  );
  const again = (): void => {
    void into(place, text, work, options);
  };
  show(place, wait);
  place.setAttribute("aria-busy", "true");
  try {
    const made = await work(own.signal, (now) => {
      const shown = wait.querySelector(".waiting-text");
      if (shown) shown.textContent = now;
    });
    if (!own.signal.aborted) show(place, made);
  } catch (error) {
    if (isAbort(error)) {
      if (stopped) show(place, empty("Stopped.", button("Start again", again)));
    } else if (!own.signal.aborted) show(place, failure(error, again));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

/**
 * Shows in `place` what `make` makes of all items of a selection, up to `most`; `none` where there
 * are none. `what` says in the plural what is collected.
 */
export function collected<T>(
  place: HTMLElement,
  what: string,
  path: string,
  params: URLSearchParams,
  options: { most: number; signal: AbortSignal; none: () => Child },
  make: (items: T[], more: boolean) => Child,
): Promise<void> {
  const text = `Collecting ${what} …`;
  return into(
    place,
    text,
    async (signal, progress) => {
      const asked = new URLSearchParams(params);
      asked.set("limit", "200");
      const found = await collect<T>(withParams(path, asked), {
        most: options.most,
        signal,
        progress: (number) => progress(`${text} ${count(number)} so far`),
      });
      return found.items.length === 0 ? options.none() : make(found.items, found.more);
    },
    { signal: options.signal, stop: true },
  );
}

/** Links that are tabs of one thing; the one that is shown is marked. */
export function tabs(
  label: string,
  entries: readonly { name: string; address: string; current: boolean }[],
): HTMLElement {
  return h(
    "nav",
    { class: "tabs", "aria-label": label },
    ...entries.map((entry) =>
      h("a", { href: entry.address, "aria-current": entry.current ? "page" : null }, entry.name),
    ),
  );
}

/** A button that copies the address of what is seen. */
export function shareButton(told: (text: string) => void): HTMLElement {
  return button(
    "Copy link",
    () => {
      const address = window.location.href;
      const done = (): void => told("The address of this view is copied.");
      // Without a clipboard (plain http beyond this machine) the address is shown to be copied.
      if (navigator.clipboard === undefined) window.prompt("The address of this view:", address);
      else navigator.clipboard.writeText(address).then(done, () => told(address));
    },
    { icon: "share", text: false, class: "button icon-only" },
  );
}

/** A menu that opens below its button and closes by Escape or by going elsewhere. */
export function menu(
  label: string,
  iconName: string,
  entries: readonly { name: string; hint: string; act: () => void }[],
): HTMLElement {
  const details = h(
    "details",
    { class: "menu" },
    h("summary", { class: "button" }, icon(iconName), h("span", {}, label)),
    h(
      "ul",
      {},
      ...entries.map((entry) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              click: () => {
                details.open = false;
                entry.act();
              },
            },
            h("b", {}, entry.name),
            h("span", { class: "faint" }, entry.hint),
          ),
        ),
      ),
    ),
  );
  closes(details);
  details.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !details.contains(event.relatedTarget)) {
      details.open = false;
    }
  });
  return details;
}
