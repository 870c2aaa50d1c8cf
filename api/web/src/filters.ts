// Choosing which statements count: the same form for graph, table and timeline, kept in the address.

import { get } from "./api";
import { button, closes, h, icon, later, show } from "./dom";
import { changed, type Place, put } from "./router";
import type { Source } from "./types";
import { publisher, terms } from "./words";

export const FILTERS = ["predicate", "modality", "type", "since", "until", "source", "belief"];

/** The filters of an address, as parameters of a route. */
export function filters(place: Place): URLSearchParams {
  const found = new URLSearchParams();
  for (const name of FILTERS) {
    for (const value of place.params.getAll(name)) if (value !== "") found.append(name, value);
  }
  return found;
}

/** How many filters are set. */
export function countFilters(place: Place): number {
  return [...filters(place).keys()].length;
}

function options(
  label: string,
  name: string,
  choices: readonly { name: string; label: string }[],
  place: Place,
  change: () => void,
): HTMLElement {
  const chosen = new Set(place.params.getAll(name));
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", {}, label),
    ...choices.map((choice) =>
      h(
        "label",
        { class: "choice" },
        h("input", {
          type: "checkbox",
          name,
          value: choice.name,
          checked: chosen.has(choice.name),
          change,
        }),
        h("span", {}, choice.label),
      ),
    ),
  );
}

export interface FilterForm {
  readonly element: HTMLElement;
  /** Shows what the address has now, as after going back. */
  follow(place: Place): void;
}

/** A form in a fold; every change goes into the address, which the view follows. */
export function filterForm(
  place: Place,
  here: () => Place,
  shown: readonly string[] = FILTERS,
): FilterForm {
  const form = h("form", { class: "filters", submit: (event) => event.preventDefault() });
  const apply = (): void => {
    const data = new FormData(form);
    const changes: Record<string, string[] | string | null> = {};
    for (const name of shown) {
      const values = data
        .getAll(name)
        .map(String)
        .filter((value) => value !== "" && !(name === "belief" && Number(value) === 0));
      changes[name] = values.length > 0 ? values : null;
    }
    put(changed(here(), changes), { quiet: true });
  };
  const soon = later(250, apply);
  const has = (name: string): boolean => shown.includes(name);
  const vocabulary = terms();
  const belief = place.params.get("belief") ?? "0";
  const output = h("output", {}, Number(belief).toFixed(2));
  const sources = h("datalist", { id: "sources" });
  if (has("source")) {
    get<{ items: Source[] }>("/sources").then(
      (found) =>
        show(
          sources,
          ...found.items.map((each) =>
            h("option", { value: each.publisher ?? publisher(each.name ?? null) }),
          ),
        ),
      // Without the list the field still takes a name.
      () => undefined,
    );
  }
  form.append(
    ...[
      has("modality") && options("Certainty", "modality", vocabulary.modalities, place, apply),
      h(
        "div",
        { class: "fields" },
        has("belief") &&
          h(
            "label",
            {},
            h("span", {}, "Belief at least ", output),
            h("input", {
              type: "range",
              name: "belief",
              min: 0,
              max: 1,
              step: 0.05,
              value: belief,
              input: (event) => {
                output.textContent = Number((event.target as HTMLInputElement).value).toFixed(2);
                soon();
              },
            }),
          ),
        has("source") &&
          h(
            "label",
            {},
            h("span", {}, "Published by"),
            h("input", {
              type: "text",
              name: "source",
              list: "sources",
              value: place.params.get("source") ?? "",
              placeholder: "any source",
              change: apply,
            }),
            sources,
          ),
        has("since") &&
          h(
            "label",
            {},
            h("span", {}, "Reported from"),
            h("input", {
              type: "date",
              name: "since",
              value: place.params.get("since") ?? "",
              change: apply,
            }),
          ),
        has("until") &&
          h(
            "label",
            {},
            h("span", {}, "Reported until"),
            h("input", {
              type: "date",
              name: "until",
              value: place.params.get("until") ?? "",
              change: apply,
            }),
          ),
      ),
      has("predicate") && options("Relations", "predicate", vocabulary.predicates, place, apply),
      has("type") &&
        options(
          "Kinds of entities",
          "type",
          vocabulary.types.filter((term) => term.colour),
          place,
          apply,
        ),
    ].filter((each) => each !== false),
  );
  const title = (now: Place): string => {
    const set = countFilters(now);
    return set === 0 ? "Filters" : `Filters (${set})`;
  };
  const label = h("span", {}, title(place));
  const details = h(
    "details",
    { class: "filter-fold" },
    h("summary", { class: "button" }, icon("filter"), label),
    h(
      "div",
      { class: "filter-panel" },
      form,
      button(
        "Take all filters away",
        () => {
          put(changed(here(), Object.fromEntries(shown.map((name) => [name, null]))), {
            quiet: true,
          });
        },
        { class: "button quiet" },
      ),
    ),
  );
  closes(details);
  const follow = (now: Place): void => {
    for (const input of form.querySelectorAll("input")) {
      const values = now.params.getAll(input.name);
      if (input.type === "checkbox") input.checked = values.includes(input.value);
      // What is being written or drawn goes its own way into the address.
      else if (input !== document.activeElement) {
        input.value = values[0] ?? (input.type === "range" ? "0" : "");
      }
    }
    output.textContent = Number(now.params.get("belief") ?? "0").toFixed(2);
    label.textContent = title(now);
  };
  return { element: details, follow };
}
