// What the routes answer with, as far as the page reads it (docs/api.md).

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface EntityLink {
  id: string;
  type: string;
  name: string;
}

export interface Entity extends EntityLink {
  iri: string;
  aliases: string[];
  catalogue: boolean;
  score?: number | null;
  statements?: number;
}

export interface EntityDetail extends Entity {
  reasons: string[];
  statements_out: Page<StatementSummary>;
  statements_in: Page<StatementSummary>;
}

export interface Suggestion extends EntityLink {
  matched: string;
  score: number;
  statements: number;
}

export type Value =
  | ({ kind: "entity" } & EntityLink)
  | { kind: "text"; text: string }
  | { kind: "amount"; amount: number; currency: string; text: string }
  | { kind: "number"; value: number; text: string }
  | { kind: "date"; text: string; edtf: string | null; basis: string; precision: string };

export interface Statement {
  id: string;
  iri: string;
  subject: EntityLink;
  predicate: string;
  object: Value;
}

export interface StatementSummary extends Statement {
  modalities: Record<string, number>;
  modality?: string;
  documents: number;
  latest: string | null;
  belief?: number;
  confidence?: number;
}

export interface DocumentLink {
  id: string;
  title: string;
  date: string | null;
  source: string | null;
}

export interface Evidence {
  document: DocumentLink;
  sentence: number;
  text: string;
  start: number;
  end: number;
  modality: string;
  speaker: Value[];
  qualifiers: Record<string, Value[]>;
  confidence: number;
  quoted: boolean | null;
  extractor: string;
  reason: string;
}

export interface BeliefText {
  confidence: number;
  documents: (DocumentLink & { copy_of: string | null })[];
}

export interface BeliefGroup {
  publisher: string;
  systematic: number;
  factor: number;
  texts: BeliefText[];
}

export interface BeliefArithmetic {
  modality: string;
  value: number;
  formula: string;
  sentence: string;
  groups: BeliefGroup[];
}

export interface StatementDetail extends StatementSummary {
  evidence: Evidence[];
  belief_arithmetic: BeliefArithmetic;
  other_beliefs: BeliefArithmetic[];
}

export interface Mention {
  start: number;
  end: number;
  text: string;
  sentence: number;
  entity: string;
  type: string;
  kind: string;
  reason: string;
}

export interface DocumentStatement extends Statement {
  evidence: Evidence[];
}

export interface DocumentSummary extends DocumentLink {
  iri: string;
  language: string;
  statements: number;
}

export interface DocumentDetail extends DocumentSummary {
  text: string;
  mentions: Mention[];
  entities: Entity[];
  supports: DocumentStatement[];
}

export interface Added extends DocumentDetail {
  known?: boolean;
  stored?: boolean;
}

export interface NetworkNode {
  id: string;
  kind: "entity" | "text" | "amount";
  type: string;
  name: string;
  statements: number;
}

export interface NetworkEdge {
  id: string;
  source: string;
  target: string;
  predicate: string;
  label: string;
  symmetric: boolean;
  modality: string;
  modalities: Record<string, number>;
  belief: number;
  documents: number;
  latest: string | null;
}

export interface Network {
  nodes: NetworkNode[];
  edges: NetworkEdge[];
  cut: boolean;
}

export interface Paths extends Network {
  paths: { nodes: string[]; edges: string[] }[];
}

export interface TypeTerm {
  name: string;
  label: string;
  comment: string;
  parent: string | null;
  colour: string;
  shape: string;
}

export interface PredicateTerm {
  name: string;
  label: string;
  inverse?: string;
  symmetric: boolean;
}

export interface Term {
  name: string;
  label: string;
  comment?: string;
}

export interface Vocabulary {
  types: TypeTerm[];
  predicates: PredicateTerm[];
  modalities: Term[];
  qualifiers: Term[];
}

export interface TimelineEntry {
  statement: StatementSummary;
  date: {
    edtf: string | null;
    first: string | null;
    last: string | null;
    text: string;
    basis: string;
    precision: string;
    qualifier: string;
  };
  document: DocumentLink;
}

export interface QueryParameter {
  name: string;
  type: string;
  description: string;
  fits: string;
  required: boolean;
  default: string | null;
  choices: string[] | null;
}

export interface StoredQuery {
  name: string;
  question: string;
  description: string;
  parameters: QueryParameter[];
  sparql?: string | null;
}

export interface Source {
  name?: string;
  publisher?: string;
  documents: number;
}

export interface Job {
  id: string;
  state: "waiting" | "running" | "done" | "stopped" | "failed";
  total: number;
  done: number;
  failed: number;
  error: string | null;
  items: { name: string; state: string; error: string | null }[];
}

export interface SparqlTerm {
  type: "uri" | "literal" | "bnode" | "typed-literal" | "triple";
  value: string;
  datatype?: string;
  "xml:lang"?: string;
}

export interface SparqlResults {
  head: { vars?: string[] };
  boolean?: boolean;
  results?: { bindings: Record<string, SparqlTerm>[] };
}
