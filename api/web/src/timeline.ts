// Dated statements in the order of their dates: what was said to happen when.

import { h, show } from "./dom";
import { entityField } from "./field";
import { filterForm, filters } from "./filters";
import { line } from "./marks";
import { collected, documentLine, empty } from "./parts";
import { here, href, type Place } from "./router";
import { csvButton } from "./table";
import type { TimelineEntry } from "./types";
import type { Mounted, ViewContext } from "./view";
import { firmest, modalityLabel, plural, predicateLabel, valueText } from "./words";

const MOST = 2000;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** When something is, in words: as fine as it is known. */
export function when(date: TimelineEntry["date"]): string {
  const known = date.edtf ?? date.first ?? "";
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(known);
  if (match === null) return known || date.text;
  const [, year, month, dayOfMonth] = match;
  const name = month === undefined ? "" : `${MONTHS[Number(month) - 1] ?? month} `;
  return `${dayOfMonth === undefined ? "" : `${Number(dayOfMonth)} `}${name}${year}`;
}

/** The timeline of a selection in `place`. */
export function timelineInto(
  place: HTMLElement,
  params: URLSearchParams,
  signal: AbortSignal,
): Promise<void> {
  return collected<TimelineEntry>(
    place,
    "dates",
    "/timeline",
    params,
    {
      most: MOST,
      signal,
      none: () =>
        empty(
          "No statement here has a date.",
          h("p", {}, "Take a filter away, or look at the table, which has the undated ones too."),
        ),
    },
    (items, more) => {
      const entries = [...items].sort((a, b) =>
        (a.date.first ?? "9999") < (b.date.first ?? "9999") ? -1 : 1,
      );
      const years = new Map<string, TimelineEntry[]>();
      for (const entry of entries) {
        const year = (entry.date.first ?? entry.date.edtf ?? "").slice(0, 4) || "not dated exactly";
        years.set(year, [...(years.get(year) ?? []), entry]);
      }
      return h(
        "div",
        {},
        h(
          "div",
          { class: "bar-line" },
          h(
            "p",
            { class: "faint" },
            `${plural(entries.length, "dated statement")}${more ? ", and more" : ""}`,
          ),
          csvButton(
            "entente-timeline.csv",
            [
              { name: "when", value: (row) => row.date.edtf },
              { name: "first", value: (row) => row.date.first },
              { name: "last", value: (row) => row.date.last },
              { name: "as written", value: (row) => row.date.text },
              { name: "subject", value: (row) => row.statement.subject.name },
              { name: "relation", value: (row) => predicateLabel(row.statement.predicate) },
              { name: "object", value: (row) => valueText(row.statement.object) },
              { name: "certainty", value: (row) => firmest(row.statement) },
              { name: "document", value: (row) => row.document.title },
            ],
            entries,
          ),
        ),
        strip(entries),
        ...[...years].map(([year, members]) =>
          h(
            "section",
            { class: "year", id: `year-${year.replace(/\W/g, "-")}` },
            h("h2", {}, year),
            h("ol", { class: "timeline" }, ...members.map(entryNode)),
          ),
        ),
      );
    },
  );
}

function entryNode(entry: TimelineEntry): HTMLElement {
  const modality = firmest(entry.statement);
  const basis = entry.date.basis === "article" ? " (worked out from the article's day)" : "";
  return h(
    "li",
    { class: `moment moment-${/^[a-z]+$/.test(modality) ? modality : "other"}` },
    h(
      "p",
      { class: "moment-when" },
      h("b", {}, when(entry.date)),
      entry.date.text !== "" && h("span", { class: "faint" }, ` “${entry.date.text}”${basis}`),
    ),
    h(
      "p",
      {},
      h(
        "a",
        { class: "statement-line", href: href(`statement/${entry.statement.id}`) },
        line(modality),
        h(
          "span",
          {},
          h("b", {}, entry.statement.subject.name),
          ` ${predicateLabel(entry.statement.predicate)} `,
          h("b", {}, valueText(entry.statement.object)),
          h("span", { class: "faint" }, ` · ${modalityLabel(modality)}`),
        ),
      ),
    ),
    h(
      "p",
      { class: "faint small" },
      documentLine(entry.document, { statement: entry.statement.id }),
    ),
  );
}

/** How many moments each year has, as columns that lead to the year. */
function strip(entries: readonly TimelineEntry[]): HTMLElement | null {
  const numbers = new Map<number, number>();
  for (const entry of entries) {
    const year = Number((entry.date.first ?? "").slice(0, 4));
    if (year > 0) numbers.set(year, (numbers.get(year) ?? 0) + 1);
  }
  const known = [...numbers.keys()];
  if (known.length < 2) return null;
  const [first, last] = [Math.min(...known), Math.max(...known)];
  if (last - first > 60) return null;
  const most = Math.max(...numbers.values());
  return h(
    "nav",
    { class: "strip", "aria-label": "Years" },
    ...Array.from({ length: last - first + 1 }, (_, i) => {
      const year = first + i;
      const number = numbers.get(year) ?? 0;
      const column = h("span", {
        class: "column",
        style: { height: `${number === 0 ? 2 : Math.round((number / most) * 56) + 4}px` },
      });
      if (number === 0) return h("span", { class: "strip-year" }, column, String(year));
      return h(
        "button",
        {
          type: "button",
          class: "strip-year",
          "aria-label": `${year}: ${plural(number, "statement")}`,
          title: plural(number, "statement"),
          click: () => {
            const part = document.getElementById(`year-${year}`);
            part?.scrollIntoView({ block: "start" });
            const head = part?.querySelector("h2");
            head?.setAttribute("tabindex", "-1");
            head?.focus({ preventScroll: true });
          },
        },
        column,
        String(year),
      );
    }),
  );
}

/** The view of the dates of an entity, or of what two have to do with each other. */
export function timelineView(place: Place, context: ViewContext): Mounted {
  context.title("Timeline");
  const body = h("div", {});
  let running = new AbortController();
  const draw = (now: Place): void => {
    running.abort();
    running = new AbortController();
    const params = filters(now);
    for (const name of ["entity", "other"]) {
      const value = now.params.get(name);
      if (value) params.set(name, value);
    }
    if (!params.has("entity")) {
      show(body, empty("Choose an entity.", h("p", {}, "A second one narrows it to the two.")));
      return;
    }
    void timelineInto(body, params, AbortSignal.any([context.signal, running.signal]));
  };
  const form = filterForm(place, here);
  const fields = [
    entityField("entity", "Of …", "Of", context.signal),
    entityField("other", "Together with …", "Together with", context.signal),
  ];
  context.main.append(
    h(
      "div",
      { class: "page" },
      h("h1", { tabindex: "-1" }, "Timeline"),
      h(
        "p",
        { class: "lead" },
        "When things were said to happen, from the sentences that date them.",
      ),
      h("div", { class: "bar-line" }, ...fields.map((field) => field.element), form.element),
      body,
    ),
  );
  const follow = (now: Place): void => {
    for (const field of fields) field.follow(now);
    form.follow(now);
    draw(now);
  };
  follow(place);
  return {
    update(next) {
      follow(next);
      return true;
    },
  };
}
