// The answer to a query as a table, a graph or a chart.

import { barChart, chartable } from "./chart";
import { type Child, fresh, h, show } from "./dom";
import { GraphView } from "./graph";
import { empty } from "./parts";
import { changed, entityHref, here, href, type Place, remember } from "./router";
import { type Column, csvButton, table } from "./table";
import { parseTriples, RDF, type Triple, toNetwork } from "./triples";
import type { Network, SparqlResults, SparqlTerm } from "./types";
import { count, plural, terms } from "./words";

export type Answer = { kind: "table"; results: SparqlResults } | { kind: "graph"; triples: string };

type Row = Record<string, SparqlTerm>;

const BASE = "https://w3id.org/entente/";
const PREFIXES: readonly (readonly [string, string])[] = [
  ["ent:", `${BASE}ontology#`],
  ["rdf:", RDF],
  ["rdfs:", "http://www.w3.org/2000/01/rdf-schema#"],
  ["skos:", "http://www.w3.org/2004/02/skos/core#"],
  ["schema:", "https://schema.org/"],
  ["xsd:", "http://www.w3.org/2001/XMLSchema#"],
  ["entity/", `${BASE}entity/`],
  ["statement/", `${BASE}statement/`],
  ["document/", `${BASE}document/`],
];

/** An IRI as people write it. */
export function compact(iri: string): string {
  for (const [prefix, namespace] of PREFIXES) {
    if (iri.startsWith(namespace)) return prefix + iri.slice(namespace.length);
  }
  return iri;
}

/** A term, under `name` where there is one; what this page can show is linked. */
export function termNode(term: SparqlTerm | undefined, name?: string): Child {
  if (term === undefined) return null;
  if (term.type !== "uri") {
    const lang = term["xml:lang"];
    return lang ? h("span", { lang }, term.value) : term.value;
  }
  for (const [part, make] of [
    ["entity/", entityHref],
    ["statement/", (id: string) => href(`statement/${id}`)],
    ["document/", (id: string) => href(`document/${id}`)],
  ] as const) {
    if (!term.value.startsWith(BASE + part)) continue;
    const id = decoded(term.value.slice(BASE.length + part.length).split("#")[0] ?? "");
    const text = name ?? (part === "entity/" ? id : `${part.slice(0, -1)} ${id.slice(0, 6)}…`);
    return h("a", { href: make(id), title: term.value }, text);
  }
  const ontology = `${BASE}ontology#`;
  if (term.value.startsWith(ontology)) {
    const local = term.value.slice(ontology.length);
    const known = word(local);
    if (known !== null) return h("span", { title: `ent:${local}` }, known);
  }
  return h("span", { class: "iri" }, compact(term.value));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The label of a term of the ontology. */
function word(local: string): string | null {
  const { predicates, types, modalities, qualifiers } = terms();
  const all = [...predicates, ...types, ...modalities, ...qualifiers];
  return all.find((term) => term.name === local)?.label ?? null;
}

/** What a bar of a chart is called: terms of the ontology as in the table. */
function shortName(text: string): string {
  if (!text.includes("://")) return text;
  const local = text.split(/[#/]/).at(-1) ?? text;
  return (text.startsWith(`${BASE}ontology#`) ? word(local) : null) ?? local;
}

const NUMERIC = /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/;

const LONG = 60; // letters from which a column is wide

function columnsOf(results: SparqlResults): Column<Row>[] {
  const names = results.head.vars ?? [];
  const rows = results.results?.bindings ?? [];
  return names.map((name) => {
    const label = names.find((each) => each === `${name}Name` || each === `${name}Label`);
    const isNumber = rows.some((row) => NUMERIC.test(row[name]?.datatype ?? ""));
    const isLong = rows.some(
      (row) => (row[name]?.value.length ?? 0) > LONG && row[name]?.type !== "uri",
    );
    const isDate = rows.some((row) => /#date/.test(row[name]?.datatype ?? ""));
    return {
      name,
      value: (row) => {
        const term = row[name];
        if (term === undefined) return null;
        return NUMERIC.test(term.datatype ?? "") ? Number(term.value) : term.value;
      },
      node: (row) => termNode(row[name], label === undefined ? undefined : row[label]?.value),
      right: isNumber,
      kind: isLong ? "long" : isDate ? "date" : "",
    };
  });
}

/** The columns to show: those that only name another are shown by it. */
function shownColumns(columns: readonly Column<Row>[]): Column<Row>[] {
  const names = new Set(columns.map((column) => column.name));
  return columns.filter((column) => {
    const base = /^(.+)(?:Name|Label)$/.exec(column.name)?.[1];
    return base === undefined || !names.has(base);
  });
}

/** A network from rows that have at least two entities: the first two of each are joined. */
function rowsNetwork(results: SparqlResults): Network | null {
  const names = results.head.vars ?? [];
  const rows = results.results?.bindings ?? [];
  const isEntity = (name: string): boolean =>
    rows.some((row) => row[name]?.type === "uri" && row[name].value.startsWith(`${BASE}entity/`));
  const ends = names.filter(isEntity);
  const [from, to] = ends;
  if (from === undefined || to === undefined) return null;
  const predicate = names.find((name) =>
    rows.some((row) => row[name]?.value.startsWith(`${BASE}ontology#`) && name !== "modality"),
  );
  const triples: Triple[] = [];
  for (const row of rows) {
    const [a, b] = [row[from], row[to]];
    if (a === undefined || b === undefined) continue;
    const label = predicate === undefined ? `${from} – ${to}` : (row[predicate]?.value ?? "");
    triples.push({ subject: a, predicate: label, object: b });
    for (const [name, end] of [
      [from, a],
      [to, b],
    ] as const) {
      const label_ = row[`${name}Name`] ?? row[`${name}Label`];
      if (label_) triples.push({ subject: end, predicate: LABEL, object: label_ });
    }
  }
  return toNetwork(triples);
}

const LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel";

/** Tabs that change what stands below them. */
export function answerView(
  answer: Answer,
  place: Place,
  signal: AbortSignal,
  name: string,
  took?: number,
): HTMLElement {
  if (answer.kind === "table" && answer.results.boolean !== undefined) {
    return h("p", { class: "answer-yes", role: "status" }, answer.results.boolean ? "Yes." : "No.");
  }
  let columns: Column<Row>[];
  let rows: Row[];
  let network: Network | null;
  if (answer.kind === "table") {
    rows = answer.results.results?.bindings ?? [];
    columns = columnsOf(answer.results);
    network = rowsNetwork(answer.results);
  } else {
    const triples = parseTriples(answer.triples);
    rows = triples.map((each) => ({
      subject: each.subject,
      predicate: { type: "uri", value: each.predicate },
      object: each.object,
    }));
    columns = columnsOf({
      head: { vars: ["subject", "predicate", "object"] },
      results: { bindings: rows },
    });
    network = toNetwork(triples);
  }
  if (rows.length === 0) {
    return empty("The answer is empty.", h("p", {}, "Ask for less, or spell names otherwise."));
  }
  const drawable = network !== null && network.edges.length > 0 ? network : null;
  const chart = chartable(columns, rows, shortName);
  const body = h("div", { class: "answer-body" });
  let graph: GraphView | null = null;
  const kinds = [
    { id: "table", label: "Table", there: true },
    { id: "graph", label: "Graph", there: drawable !== null },
    { id: "chart", label: "Chart", there: chart !== null },
  ];
  const id = fresh("answer");
  const tabList = h("div", { class: "tabs small", role: "tablist", "aria-label": "Answer as" });
  const choose = (kind: string): void => {
    select(kind);
    remember(changed(here(), { as: kind }));
  };
  const select = (kind: string): void => {
    for (const each of tabList.children) {
      const isChosen = each.id === `${id}-${kind}`;
      each.setAttribute("aria-selected", String(isChosen));
      each.setAttribute("tabindex", isChosen ? "0" : "-1");
    }
    body.setAttribute("aria-labelledby", `${id}-${kind}`);
    graph?.leave();
    graph = null;
    if (kind === "graph" && drawable !== null) {
      graph = new GraphView({ entity: "" }, signal);
      graph.title = name;
      show(body, h("div", { class: "bar-line" }, graph.exportMenu()), graph.element);
      void graph.present(drawable);
    } else if (kind === "chart" && chart !== null) show(body, barChart(chart));
    else show(body, table("Answer", shownColumns(columns), rows));
  };
  for (const kind of kinds) {
    tabList.append(
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `${id}-${kind.id}`,
          "aria-controls": id,
          disabled: !kind.there,
          title: kind.there
            ? null
            : kind.id === "graph"
              ? "A graph needs two entities in each row, or CONSTRUCT."
              : "A chart needs a column of numbers.",
          click: () => choose(kind.id),
          keydown: (event) => {
            const step = { ArrowRight: 1, ArrowLeft: -1 }[(event as KeyboardEvent).key];
            if (step === undefined) return;
            event.preventDefault();
            const there = kinds.filter((each) => each.there);
            const next = there[(there.indexOf(kind) + step + there.length) % there.length];
            if (next === undefined) return;
            choose(next.id);
            document.getElementById(`${id}-${next.id}`)?.focus();
          },
        },
        kind.label,
      ),
    );
  }
  signal.addEventListener("abort", () => graph?.leave(), { once: true });
  body.id = id;
  body.setAttribute("role", "tabpanel");
  const usual = answer.kind === "graph" && drawable !== null ? "graph" : "table";
  const asked = place.params.get("as");
  select(kinds.find((each) => each.id === asked && each.there)?.id ?? usual);
  return h(
    "div",
    {},
    h(
      "div",
      { class: "bar-line" },
      tabList,
      h(
        "p",
        { class: "faint", role: "status" },
        plural(rows.length, answer.kind === "graph" ? "triple" : "row"),
        took !== undefined && ` in ${count(took)} ms`,
      ),
      csvButton(`entente-${name}.csv`, columns, rows),
    ),
    body,
  );
}
