// Tables that can be sorted and taken away as CSV; and the table view of any selection.

import { button, type Child, h, save, say, show } from "./dom";
import { entityField } from "./field";
import { filterForm, filters } from "./filters";
import { beliefBar, collected, empty, entityLink, modalityChip, valueNode } from "./parts";
import { here, href, type Place } from "./router";
import type { StatementSummary } from "./types";
import type { Mounted, ViewContext } from "./view";
import { count, day, firmest, plural, predicateLabel, valueText } from "./words";

export type Cell = string | number | null;

export interface Column<T> {
  name: string;
  value(row: T): Cell;
  node?(row: T): Child;
  right?: boolean;
  /** Left out on narrow screens. */
  minor?: boolean;
  /** A class of its cells. */
  kind?: string;
}

/**
 * One line of CSV for each row. A cell that a spreadsheet would take for a formula is led by an
 * apostrophe, which it shows as text; numbers stay numbers.
 */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

const ORDER = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: Cell, b: Cell): number {
  // What is missing comes last, whatever the direction.
  if (typeof a === "number" && typeof b === "number") return a - b;
  return ORDER.compare(String(a), String(b));
}

const STEP = 200;

/** A table with a button in each head; rows beyond the first 200 come by a button. */
export function table<T>(
  caption: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
): HTMLElement {
  let sorted = [...rows];
  let by: number | null = null;
  let up = true;
  let shown = STEP;
  const body = h("tbody", {});
  const more = h("p", { class: "more" });
  const heads = columns.map((column, i) => {
    const head = h(
      "th",
      { scope: "col", class: classOf(column) },
      h(
        "button",
        {
          type: "button",
          class: "sort",
          click: () => {
            up = by === i ? !up : true;
            by = i;
            sorted = [...rows].sort((a, b) => {
              const [x, y] = [column.value(a), column.value(b)];
              if (x === null || y === null) return Number(x === null) - Number(y === null);
              return up ? compare(x, y) : compare(y, x);
            });
            heads.forEach((each, k) => {
              if (k === i) each.setAttribute("aria-sort", up ? "ascending" : "descending");
              else each.removeAttribute("aria-sort");
            });
            say(`Sorted by ${column.name}, ${up ? "ascending" : "descending"}.`);
            draw();
          },
        },
        column.name,
        h("span", { class: "sort-sign", "aria-hidden": "true" }),
      ),
    );
    return head;
  });
  const draw = (): void => {
    show(
      body,
      ...sorted
        .slice(0, shown)
        .map((row) =>
          h(
            "tr",
            {},
            ...columns.map((column) =>
              h(
                "td",
                { class: classOf(column) },
                column.node ? column.node(row) : column.value(row),
              ),
            ),
          ),
        ),
    );
    show(
      more,
      sorted.length > shown &&
        button(`Show ${count(Math.min(STEP, sorted.length - shown))} more rows`, () => {
          shown += STEP;
          draw();
        }),
      sorted.length > shown && ` ${count(shown)} of ${count(sorted.length)} are shown.`,
    );
  };
  draw();
  return h(
    "div",
    { class: "table-frame" },
    h(
      "div",
      { class: "table-scroll", role: "region", "aria-label": caption, tabindex: "0" },
      h(
        "table",
        {},
        h("caption", { class: "unseen" }, caption),
        h("thead", {}, h("tr", {}, ...heads)),
        body,
      ),
    ),
    more,
  );
}

function classOf<T>(column: Column<T>): string | null {
  return (
    [column.right && "right", column.minor && "minor", column.kind].filter(Boolean).join(" ") ||
    null
  );
}

/** A button that saves rows as CSV. */
export function csvButton<T>(
  name: string,
  columns: readonly Column<T>[],
  rows: readonly T[],
): HTMLButtonElement {
  return button(
    "CSV",
    () => {
      const lines = rows.map((row) => columns.map((column) => column.value(row)));
      save(name, "text/csv;charset=utf-8", toCsv([columns.map((c) => c.name), ...lines]));
    },
    { icon: "download" },
  );
}

/** The columns of statements. */
export const STATEMENTS: readonly Column<StatementSummary>[] = [
  {
    name: "Subject",
    value: (row) => row.subject.name,
    node: (row) => entityLink(row.subject),
  },
  {
    name: "Relation",
    value: (row) => predicateLabel(row.predicate),
    node: (row) => h("a", { href: href(`statement/${row.id}`) }, predicateLabel(row.predicate)),
    kind: "relation",
  },
  {
    name: "Object",
    value: (row) => valueText(row.object),
    node: (row) => valueNode(row.object),
  },
  {
    name: "Certainty",
    value: firmest,
    node: (row) => modalityChip(firmest(row)),
  },
  {
    name: "Belief",
    value: (row) => row.belief ?? null,
    node: (row) => beliefBar(row.belief),
    right: true,
  },
  { name: "Documents", value: (row) => row.documents, right: true, minor: true },
  {
    name: "Latest",
    value: (row) => row.latest,
    node: (row) => day(row.latest),
    minor: true,
    kind: "date",
  },
];

/** What a file has beside what the table shows. */
const IDS: Column<StatementSummary>[] = [
  { name: "subject_id", value: (row) => row.subject.id },
  { name: "predicate", value: (row) => row.predicate },
  { name: "object_id", value: (row) => (row.object.kind === "entity" ? row.object.id : "") },
  { name: "statement_id", value: (row) => row.id },
];

const MOST = 5000;

/** Statements of a selection as a table in `place`. */
export function statementTable(
  place: HTMLElement,
  params: URLSearchParams,
  title: string,
  signal: AbortSignal,
): Promise<void> {
  return collected<StatementSummary>(
    place,
    "statements",
    "/statements",
    params,
    {
      most: MOST,
      signal,
      none: () =>
        empty("No statement fits.", h("p", {}, "Take a filter away, or choose another entity.")),
    },
    (items, more) =>
      h(
        "div",
        {},
        h(
          "div",
          { class: "bar-line" },
          h(
            "p",
            { class: "faint" },
            plural(items.length, "statement"),
            more && `; there are more, of which the newest ${count(MOST)} are shown`,
          ),
          csvButton(title, [...STATEMENTS, ...IDS], items),
        ),
        table("Statements", STATEMENTS, items),
      ),
  );
}

/** The view of statements by filters alone. */
export function statementsView(place: Place, context: ViewContext): Mounted {
  context.title("Statements");
  const body = h("div", {});
  let running = new AbortController();
  const draw = (now: Place): void => {
    running.abort();
    running = new AbortController();
    const params = filters(now);
    const entity = now.params.get("entity");
    if (entity) params.set("entity", entity);
    void statementTable(
      body,
      params,
      "entente-statements.csv",
      AbortSignal.any([context.signal, running.signal]),
    );
  };
  const form = filterForm(place, here);
  const about = entityField("entity", "Only about …", "Only statements about", context.signal);
  context.main.append(
    h(
      "div",
      { class: "page" },
      h("h1", { tabindex: "-1" }, "Statements"),
      h("p", { class: "lead" }, "Everything that documents say, one line a statement."),
      h("div", { class: "bar-line" }, about.element, form.element),
      body,
    ),
  );
  const follow = (now: Place): void => {
    about.follow(now);
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
