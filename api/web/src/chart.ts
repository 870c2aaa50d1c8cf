// Bars for a column of names and a column of numbers.

import { h } from "./dom";
import type { Column } from "./table";
import { count } from "./words";

export interface Chart {
  title: string;
  bars: readonly { name: string; value: number }[];
  more: number;
}

const MOST = 40;

/**
 * What of an answer can be charted: its last column of numbers by its best column of names, each
 * `called` in words.
 */
export function chartable<T>(
  columns: readonly Column<T>[],
  rows: readonly T[],
  called: (text: string) => string,
): Chart | null {
  const numbers = columns.filter((column) =>
    rows.every((row) => {
      const value = column.value(row);
      return value === null || typeof value === "number";
    }),
  );
  const number = numbers.at(-1);
  const names = columns.filter((column) => !numbers.includes(column));
  const name =
    names.find((column) => !String(column.value(rows[0] as T)).includes("://")) ?? names[0];
  if (number === undefined || name === undefined) return null;
  const bars = rows.flatMap((row) => {
    const value = number.value(row);
    return typeof value === "number" && Number.isFinite(value)
      ? [{ name: called(String(name.value(row) ?? "")), value }]
      : [];
  });
  if (bars.length === 0) return null;
  return {
    title: `${number.name} by ${name.name}`,
    bars: bars.slice(0, MOST),
    more: Math.max(0, bars.length - MOST),
  };
}

/** A chart of bars, which is a table to those who read it. */
export function barChart(chart: Chart): HTMLElement {
  const most = Math.max(...chart.bars.map((bar) => Math.abs(bar.value)), 1e-9);
  return h(
    "div",
    { class: "chart" },
    h(
      "table",
      {},
      h("caption", {}, chart.title),
      h(
        "tbody",
        {},
        ...chart.bars.map((bar) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, bar.name),
            h(
              "td",
              {},
              h("span", {
                class: bar.value < 0 ? "chart-bar below" : "chart-bar",
                style: { width: `${Math.max(0.5, (Math.abs(bar.value) / most) * 78)}%` },
              }),
              h("span", { class: "number" }, count(bar.value)),
            ),
          ),
        ),
      ),
    ),
    chart.more > 0 &&
      h("p", { class: "faint" }, `${count(chart.more)} more rows are in the table.`),
  );
}
