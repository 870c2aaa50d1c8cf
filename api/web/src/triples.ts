// N-Triples, as the server writes them, into a network to draw.

import type { Network, NetworkEdge, NetworkNode, SparqlTerm } from "./types";
import { predicateLabel } from "./words";

export const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const BASE = "https://w3id.org/entente/";
const LABELS = [
  "http://www.w3.org/2004/02/skos/core#prefLabel",
  "http://www.w3.org/2000/01/rdf-schema#label",
];

export interface Triple {
  subject: SparqlTerm;
  predicate: string;
  object: SparqlTerm;
}

const LINE =
  /^(?:<([^>]*)>|(_:\S+))\s+<([^>]*)>\s+(?:<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"(?:\^\^<([^>]*)>|@([\w-]+))?)\s*\.\s*$/;

const ESCAPES: Readonly<Record<string, string>> = {
  t: "\t",
  b: "\b",
  n: "\n",
  r: "\r",
  f: "\f",
  '"': '"',
  "'": "'",
  "\\": "\\",
};

function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g,
    (_, four?: string, eight?: string, one?: string) => {
      const code = four ?? eight;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return ESCAPES[one ?? ""] ?? one ?? "";
    },
  );
}

/** The triples of a text; lines that are none (comments, empty ones) are passed over. */
export function parseTriples(text: string): Triple[] {
  const found: Triple[] = [];
  for (const each of text.split("\n")) {
    const match = LINE.exec(each);
    if (match === null) continue;
    const [, iri, blank, predicate = "", objectIri, objectBlank, literal, datatype, lang] = match;
    const subject: SparqlTerm =
      iri !== undefined
        ? { type: "uri", value: unescaped(iri) }
        : { type: "bnode", value: blank ?? "" };
    let object: SparqlTerm;
    if (objectIri !== undefined) object = { type: "uri", value: unescaped(objectIri) };
    else if (objectBlank !== undefined) object = { type: "bnode", value: objectBlank };
    else {
      object = { type: "literal", value: unescaped(literal ?? "") };
      if (datatype !== undefined) object.datatype = datatype;
      if (lang !== undefined) object["xml:lang"] = lang;
    }
    found.push({ subject, predicate: unescaped(predicate), object });
  }
  return found;
}

const local = (iri: string): string => iri.split(/[#/]/).filter(Boolean).at(-1) ?? iri;

/** The id that this page has for a term: that of the entity, or the IRI. */
function idOf(term: SparqlTerm): string {
  const entity = `${BASE}entity/`;
  if (term.value.startsWith(entity)) return decodeURIComponent(term.value.slice(entity.length));
  return term.value;
}

/** Links between things; labels and types go to the things themselves. */
export function toNetwork(triples: readonly Triple[]): Network {
  const labels = new Map<string, string>();
  const types = new Map<string, string>();
  for (const { subject, predicate, object } of triples) {
    if (LABELS.includes(predicate)) labels.set(subject.value, object.value);
    else if (predicate === `${RDF}type` && object.value.startsWith(`${BASE}ontology#`)) {
      types.set(subject.value, local(object.value));
    }
  }
  const nodes = new Map<string, NetworkNode>();
  const edges = new Map<string, NetworkEdge>();
  const node = (term: SparqlTerm): string => {
    const id = idOf(term);
    const found = nodes.get(id);
    if (found !== undefined) found.statements += 1;
    else {
      nodes.set(id, {
        id,
        kind: term.type === "uri" && term.value.startsWith(`${BASE}entity/`) ? "entity" : "text",
        type: types.get(term.value) ?? guess(id),
        name: labels.get(term.value) ?? (term.type === "uri" ? local(term.value) : term.value),
        statements: 1,
      });
    }
    return id;
  };
  for (const { subject, predicate, object } of triples) {
    if (LABELS.includes(predicate)) continue;
    if (predicate === `${RDF}type` && types.has(subject.value)) continue;
    if (object.type === "literal") continue;
    const [source, target] = [node(subject), node(object)];
    const id = `${source} ${predicate} ${target}`;
    const name = local(predicate);
    edges.set(id, {
      id,
      source,
      target,
      predicate: name,
      label: predicate.includes("ontology#") ? predicateLabel(name) : name,
      symmetric: false,
      modality: "asserted",
      modalities: {},
      belief: 0.5,
      documents: 0,
      latest: null,
    });
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], cut: false };
}

const BY_ID: Readonly<Record<string, string>> = {
  country: "Country",
  organization: "InternationalOrganization",
  "international-organization": "InternationalOrganization",
  "government-body": "GovernmentBody",
  government: "GovernmentBody",
  "armed-force": "ArmedForce",
  company: "Company",
  person: "Person",
  equipment: "Equipment",
  "equipment-category": "EquipmentCategory",
  place: "Place",
  agreement: "Agreement",
  exercise: "Exercise",
  topic: "Topic",
};

/** The type that the first part of an entity's id speaks of. */
function guess(id: string): string {
  return BY_ID[id.split("/")[0] ?? ""] ?? "";
}
