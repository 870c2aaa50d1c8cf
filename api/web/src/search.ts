// Finding an entity by any of its names: a combobox as the ARIA practices describe it.

import { get, isAbort, withParams } from "./api";
import { fresh, h, icon, later, show } from "./dom";
import { mark } from "./marks";
import { parameters } from "./router";
import type { Suggestion } from "./types";
import { plural, typeLabel } from "./words";

export interface SearchOptions {
  label: string;
  placeholder: string;
  /** What was chosen. */
  choose(hit: Suggestion): void;
  /** Enter without a choice. */
  submit?(text: string): void;
  /** The field was emptied. */
  cleared?(): void;
  value?: string;
  large?: boolean;
}

const WAIT = 120;
const MOST = 8;

/** A field with suggestions below it. */
export function searchBox(options: SearchOptions): HTMLElement {
  const list = fresh("hits");
  const status = h("span", { class: "unseen", role: "status", "aria-live": "polite" });
  const popup = h("ul", { class: "hits", id: list, role: "listbox", "aria-label": "Suggestions" });
  const note = h("p", { class: "hits-note" });
  const panel = h("div", { class: "hits-panel", hidden: true }, popup, note);
  let hits: Suggestion[] = [];
  let active = -1;
  let running: AbortController | null = null;

  const input = h("input", {
    type: "search",
    class: options.large ? "search-field large" : "search-field",
    role: "combobox",
    "aria-label": options.label,
    "aria-expanded": "false",
    "aria-controls": list,
    "aria-autocomplete": "list",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    enterkeyhint: "search",
    maxlength: 200,
    placeholder: options.placeholder,
    value: options.value ?? "",
  });

  const close = (): void => {
    panel.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (hit: Suggestion): void => {
    running?.abort();
    ask.cancel();
    close();
    input.value = hit.name;
    options.choose(hit);
  };
  const point = (to: number): void => {
    active = to;
    const rows = [...popup.children];
    rows.forEach((row, i) => {
      row.setAttribute("aria-selected", String(i === active));
    });
    const row = rows[active];
    if (row === undefined) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    }
  };
  const open = (message: string): void => {
    show(
      popup,
      ...hits.map((hit, i) => {
        const other = hit.matched && hit.matched.toLowerCase() !== hit.name.toLowerCase();
        return h(
          "li",
          {
            id: `${list}-${i}`,
            role: "option",
            "aria-selected": "false",
            pointerdown: (event) => {
              event.preventDefault();
            },
            click: () => choose(hit),
          },
          mark(hit.type),
          h("span", { class: "hit-name" }, hit.name),
          other && h("span", { class: "hit-other" }, `also ${hit.matched}`),
          h(
            "span",
            { class: "hit-facts" },
            `${typeLabel(hit.type)} · ${plural(hit.statements, "statement")}`,
          ),
        );
      }),
    );
    popup.hidden = hits.length === 0;
    note.textContent = message;
    note.hidden = message === "";
    panel.hidden = false;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    status.textContent = message || plural(hits.length, "suggestion");
  };

  const ask = later(WAIT, async (text: string): Promise<void> => {
    running?.abort();
    running = new AbortController();
    try {
      const found = await get<{ items: Suggestion[] }>(
        withParams("/suggest", parameters({ q: text, limit: String(MOST) })),
        running.signal,
      );
      hits = found.items;
      if (document.activeElement !== input) return;
      open(
        hits.length > 0
          ? ""
          : `Nothing is called “${text}”. Try fewer letters, another spelling, or a country, company or weapon.`,
      );
    } catch (error) {
      if (isAbort(error)) return;
      hits = [];
      open(error instanceof Error ? error.message : "The search did not work: try again.");
    }
  });

  input.addEventListener("input", () => {
    const text = input.value.trim();
    if (text === "") {
      running?.abort();
      ask.cancel();
      close();
      options.cleared?.();
    } else ask(text);
  });
  input.addEventListener("blur", () => window.setTimeout(close, 150));
  input.addEventListener("keydown", (event) => {
    const isOpen = !panel.hidden && hits.length > 0;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) {
        if (input.value.trim() !== "") ask(input.value.trim());
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      point((active + step + hits.length + (active < 0 && step < 0 ? 1 : 0)) % hits.length);
    } else if (event.key === "Escape") {
      if (!panel.hidden) event.preventDefault();
      close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      const hit = hits[active] ?? (isOpen && options.submit === undefined ? hits[0] : undefined);
      if (hit !== undefined && isOpen) choose(hit);
      else if (input.value.trim() !== "") {
        ask.cancel();
        running?.abort();
        close();
        options.submit?.(input.value.trim());
      }
    }
  });

  return h(
    "div",
    { class: options.large ? "search large" : "search" },
    icon("search"),
    input,
    status,
    panel,
  );
}
