// The view of questions: the ones that are stored, with fields for what they may be told, and SPARQL
// for all others; answers as table, graph or chart.

import { answerView } from "./answer";
import { ask, get, isAbort, Problem, withParams } from "./api";
import { button, h, notice, show } from "./dom";
import type { Editor } from "./editor";
import { empty, failure, into, menu, shareButton, waiting } from "./parts";
import { changed, here, href, type Place, put, rest } from "./router";
import { searchBox } from "./search";
import type { QueryParameter, SparqlResults, StoredQuery } from "./types";
import type { Mounted, ViewContext } from "./view";
import { modalityLabel, predicateLabel } from "./words";

const START = `PREFIX ent: <https://w3id.org/entente/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?who ?whoName ?what ?whatName WHERE {
  ?who ent:evaluates ?what .
  ?who skos:prefLabel ?whoName .
  ?what skos:prefLabel ?whatName .
} ORDER BY ?whoName ?whatName
`;

/** Queries that show what SPARQL can ask beyond the stored questions. */
const EXAMPLES: readonly { name: string; hint: string; query: string }[] = [
  { name: "Who evaluates what", hint: "a table of names", query: START },
  {
    name: "How many statements of each kind",
    hint: "counts, for a chart",
    query: `PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?predicate (COUNT(?statement) AS ?number) WHERE {
  ?statement a rdf:Statement ; rdf:predicate ?predicate .
} GROUP BY ?predicate ORDER BY DESC(?number) ?predicate
`,
  },
  {
    name: "Who makes what, as a graph",
    hint: "CONSTRUCT, drawn as a picture",
    query: `PREFIX ent: <https://w3id.org/entente/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT {
  ?maker ent:manufactures ?product .
  ?maker skos:prefLabel ?m ; a ?mt . ?product skos:prefLabel ?p ; a ?pt .
} WHERE {
  ?maker ent:manufactures ?product ; skos:prefLabel ?m ; a ?mt .
  ?product skos:prefLabel ?p ; a ?pt .
}
`,
  },
  {
    name: "What is only planned",
    hint: "statements that no sentence asserts",
    query: `PREFIX ent: <https://w3id.org/entente/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?subject ?predicate ?object WHERE {
  ?statement rdf:subject ?s ; rdf:predicate ?predicate ; rdf:object ?o .
  ?s skos:prefLabel ?subject . ?o skos:prefLabel ?object .
  ?evidence ent:evidenceFor ?statement ; ent:modality ent:planned .
  FILTER NOT EXISTS { ?other ent:evidenceFor ?statement ; ent:modality ent:asserted }
} ORDER BY ?subject ?predicate ?object
`,
  },
];

/** The list of stored questions. */
export async function questionsView(_: Place, context: ViewContext): Promise<Mounted> {
  context.title("Questions");
  const body = h("div", {});
  context.main.append(
    h(
      "div",
      { class: "page" },
      h("h1", { tabindex: "-1" }, "Questions"),
      h(
        "p",
        { class: "lead" },
        "Questions that are asked often. For all others there is ",
        h("a", { href: "#/sparql" }, "SPARQL"),
        ".",
      ),
      body,
    ),
  );
  await into(
    body,
    "Listing questions …",
    async (signal) => {
      const found = await get<{ items: StoredQuery[] }>("/queries", signal);
      if (found.items.length === 0) return empty("No question is stored on this server.");
      return h(
        "ul",
        { class: "cards" },
        ...found.items.map((query) =>
          h(
            "li",
            {},
            h(
              "a",
              { href: href(`question/${query.name}`) },
              h("b", {}, query.question),
              h("span", {}, query.description),
            ),
          ),
        ),
      );
    },
    { signal: context.signal },
  );
  return {};
}

function parameterField(
  parameter: QueryParameter,
  value: string,
  change: (value: string) => void,
): HTMLElement {
  const label = `${parameter.description}${parameter.required ? " (needed)" : ""}`;
  if (parameter.type === "entity") {
    return h(
      "div",
      { class: "field" },
      h("span", { class: "label" }, label),
      h(
        "div",
        { class: "button-row" },
        searchBox({
          label,
          placeholder: value || "any",
          value,
          choose: (hit) => change(hit.id),
          submit: (text) => change(text),
        }),
        value !== "" && button("any", () => change(""), { class: "button quiet small" }),
      ),
    );
  }
  const listen = (event: Event): void =>
    change((event.target as HTMLInputElement | HTMLSelectElement).value);
  const wording = parameter.type === "modality" ? modalityLabel : predicateLabel;
  const input =
    parameter.choices !== null
      ? h(
          "select",
          { change: listen },
          !parameter.required && h("option", { value: "" }, parameter.default ?? "any"),
          ...parameter.choices.map((name) =>
            h("option", { value: name, selected: name === value }, wording(name)),
          ),
        )
      : h("input", {
          type:
            parameter.type === "date"
              ? "date"
              : ["count", "number"].includes(parameter.type)
                ? "number"
                : "text",
          value,
          step: parameter.type === "number" ? "any" : null,
          placeholder: parameter.default ?? "any",
          title: parameter.fits,
          change: listen,
        });
  return h("label", { class: "field" }, h("span", {}, label), input);
}

/** The view of one stored question with its answer. */
export async function questionView(place: Place, context: ViewContext): Promise<Mounted> {
  const name = rest(place);
  const path = `/queries/${encodeURIComponent(name)}`;
  const page = h("div", { class: "page" });
  context.main.append(page);
  let running = new AbortController();
  let redraw: ((now: Place) => void) | null = null;
  await into(
    page,
    "Opening the question …",
    async (signal) => {
      const query = await get<StoredQuery>(path, signal);
      context.title(query.question);
      const fields = h("div", { class: "fields" });
      const answer = h("div", { class: "answer" });
      const sparql = h("a", { class: "button quiet" }, "Open as SPARQL");
      redraw = (now) => {
        running.abort();
        running = new AbortController();
        const params = new URLSearchParams();
        for (const parameter of query.parameters) {
          const value = now.params.get(parameter.name);
          if (value) params.set(parameter.name, value);
        }
        show(
          fields,
          ...query.parameters.map((parameter) =>
            parameterField(parameter, now.params.get(parameter.name) ?? "", (value) => {
              put(changed(here(), { [parameter.name]: value }), { quiet: true });
            }),
          ),
        );
        const missing = query.parameters.filter((p) => p.required && !params.has(p.name));
        sparql.hidden = missing.length > 0;
        if (missing.length > 0) {
          show(
            answer,
            empty("One thing is still needed.", h("p", {}, `Choose: ${missing[0]?.description}.`)),
          );
          return;
        }
        const together = AbortSignal.any([context.signal, running.signal]);
        void get<StoredQuery>(withParams(path, params), together).then(
          (filled) => {
            sparql.setAttribute("href", href("sparql", { query: filled.sparql ?? "" }));
          },
          () => {
            sparql.hidden = true;
          },
        );
        void into(
          answer,
          "Asking …",
          async (own) => {
            const found = await ask(withParams(`${path}/results`, params), {
              accept: "application/sparql-results+json",
              signal: own,
            });
            return answerView(
              { kind: "table", results: (await found.json()) as SparqlResults },
              here(),
              context.signal,
              query.name,
            );
          },
          { signal: together, stop: true },
        );
      };
      redraw(here());
      return h(
        "div",
        {},
        h("p", { class: "crumbs" }, h("a", { href: "#/questions" }, "← All questions")),
        h("h1", { tabindex: "-1" }, query.question),
        h("p", { class: "lead" }, query.description),
        fields,
        h("div", { class: "button-row" }, sparql, shareButton(notice)),
        answer,
      );
    },
    { signal: context.signal },
  );
  return {
    update(next) {
      redraw?.(next);
      return redraw !== null;
    },
    leave: () => running.abort(),
  };
}

const FORMATS =
  "application/sparql-results+json, application/n-triples;q=0.9, application/problem+json;q=0.1";

/** The view with an editor for SPARQL. */
export async function sparqlView(place: Place, context: ViewContext): Promise<Mounted> {
  context.title("SPARQL");
  let running: AbortController | null = null;
  const editorPlace = h("div", { class: "editor" });
  const answer = h("div", { class: "answer" });
  const start = place.params.get("query") ?? START;
  let editor: Editor | null = null;
  const plain = h("textarea", {
    class: "editor-plain",
    rows: 12,
    spellcheck: "false",
    "aria-label": "SPARQL query",
  });
  plain.value = start;
  editorPlace.append(plain);
  const text = (): string => editor?.text() ?? plain.value;

  const run = async (): Promise<void> => {
    running?.abort();
    running = new AbortController();
    const own = running;
    const signal = AbortSignal.any([context.signal, own.signal]);
    const query = text();
    put(changed(here(), { query }), { quiet: true });
    show(
      answer,
      waiting("Asking …", () => own.abort()),
    );
    answer.setAttribute("aria-busy", "true");
    const began = performance.now();
    try {
      const found = await ask("/sparql", {
        method: "POST",
        type: "application/sparql-query",
        body: query,
        accept: FORMATS,
        signal,
      });
      const took = Math.round(performance.now() - began);
      const type = found.headers.get("Content-Type") ?? "";
      const made = type.includes("sparql-results")
        ? answerView(
            { kind: "table", results: (await found.json()) as SparqlResults },
            here(),
            context.signal,
            "query",
            took,
          )
        : answerView(
            { kind: "graph", triples: await found.text() },
            here(),
            context.signal,
            "query",
            took,
          );
      show(answer, made);
    } catch (error) {
      if (context.signal.aborted) return;
      if (isAbort(error)) {
        if (running === own) show(answer, empty("Stopped."));
      } else {
        show(answer, failure(error));
        if (error instanceof Problem && error.status === 400) editor?.focus();
      }
    } finally {
      answer.removeAttribute("aria-busy");
    }
  };

  const set = (query: string): void => {
    if (editor) editor.set(query);
    else plain.value = query;
    void run();
  };
  context.main.append(
    h(
      "div",
      { class: "page" },
      h("h1", { tabindex: "-1" }, "SPARQL"),
      h(
        "p",
        { class: "lead" },
        "Any question about the graph. Prefixes are completed while you type; queries only read.",
      ),
      editorPlace,
      h(
        "div",
        { class: "button-row" },
        button("Ask", () => void run(), { icon: "play", class: "button strong" }),
        h("span", { class: "faint" }, "Ctrl + Enter"),
        menu(
          "Examples",
          "list",
          EXAMPLES.map(({ name, hint, query }) => ({ name, hint, act: () => set(query) })),
        ),
        h("a", { class: "button", href: "#/questions" }, "Stored questions"),
        shareButton(notice),
      ),
      answer,
    ),
  );
  plain.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
  });
  if (place.params.has("query")) void run();
  // The editor is large and comes by itself; until then, and without it, the field works too.
  import("./editor").then(
    (module) => {
      if (context.signal.aborted) return;
      const value = plain.value;
      editorPlace.replaceChildren();
      editor = module.makeEditor(editorPlace, value, () => void run());
    },
    () => notice("The editor could not be loaded; the plain field works."),
  );
  return {
    update(next) {
      const query = next.params.get("query");
      if (query !== null && query !== text()) set(query);
      else window.dispatchEvent(new CustomEvent("answerview"));
      return true;
    },
    leave: () => {
      running?.abort();
      editor?.end();
    },
  };
}
