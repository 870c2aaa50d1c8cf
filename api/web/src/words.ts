// The vocabulary of the server's ontology, and how its values are written for people.

import { get } from "./api";
import type {
  BeliefArithmetic,
  PredicateTerm,
  Statement,
  StatementSummary,
  TypeTerm,
  Value,
  Vocabulary,
} from "./types";

let vocabulary: Vocabulary = { types: [], predicates: [], modalities: [], qualifiers: [] };
let types = new Map<string, TypeTerm>();
let predicates = new Map<string, PredicateTerm>();

/** Reads the vocabulary once; Problem where the server does not give it. */
export async function load(): Promise<void> {
  use(await get<Vocabulary>("/vocabulary"));
}

/** Takes over a vocabulary. */
export function use(read: Vocabulary): void {
  vocabulary = read;
  types = new Map(read.types.map((term) => [term.name, term]));
  predicates = new Map(read.predicates.map((term) => [term.name, term]));
}

/** All terms. */
export function terms(): Vocabulary {
  return vocabulary;
}

/** Types that things are drawn as: those with a colour. */
export function drawnTypes(): TypeTerm[] {
  return vocabulary.types.filter((term) => term.colour !== "" && term.colour !== null);
}

const PLAIN = { colour: "#7f7f7f", shape: "circle" };

/** Colour and shape of a type; a grey disc for what has none, such as sums and words. */
export function look(type: string): { colour: string; shape: string } {
  const term = types.get(type);
  return term?.colour ? { colour: term.colour, shape: term.shape || "circle" } : PLAIN;
}

const VALUES: Readonly<Record<string, string>> = { text: "words", amount: "sum of money" };

/** A type in words. */
export function typeLabel(type: string, kind = "entity"): string {
  return types.get(type)?.label ?? VALUES[kind] ?? (type === "" ? "entity" : spaced(type));
}

/** A predicate in words. */
export function predicateLabel(name: string): string {
  return predicates.get(name)?.label ?? spaced(name);
}

/** A predicate in words as seen from its object; null where there are none. */
export function inverseLabel(name: string): string | null {
  const term = predicates.get(name);
  if (term?.symmetric) return term.label;
  return term?.inverse || null;
}

/** A qualifier in words. */
export function qualifierLabel(name: string): string {
  return vocabulary.qualifiers.find((term) => term.name === name)?.label ?? spaced(name);
}

/** A modality in words. */
export function modalityLabel(name: string): string {
  return vocabulary.modalities.find((term) => term.name === name)?.label ?? name;
}

function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** The firmest modality that a statement has: what it is drawn as. */
export function firmest(statement: StatementSummary): string {
  if (statement.modality) return statement.modality;
  const order = ["asserted", "planned", "possible", "denied"];
  return order.find((name) => (statement.modalities[name] ?? 0) > 0) ?? "asserted";
}

const MONEY = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const WHOLE = new Intl.NumberFormat("en");

/** A number with separators. */
export function count(value: number): string {
  return WHOLE.format(value);
}

/** "1 document", "2 documents". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A value as a person would write it. */
export function valueText(value: Value): string {
  switch (value.kind) {
    case "entity":
      return value.name;
    case "text":
      return value.text;
    case "amount":
      return value.text || `${value.currency} ${MONEY.format(value.amount)}`.trim();
    case "number":
      return value.text || count(value.value);
    case "date":
      return value.edtf && value.edtf !== value.text ? `${value.text} (${value.edtf})` : value.text;
  }
}

/** A statement as a short sentence. */
export function sentence(statement: Statement): string {
  return `${statement.subject.name} ${predicateLabel(statement.predicate)} ${valueText(statement.object)}`;
}

/** A share as a person reads it; two digits, since no more are known. */
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? "not known" : value.toFixed(2);
}

const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** A day as "8 Jan 2026"; other dates as they come. */
export function day(date: string | null | undefined): string {
  if (!date) return "undated";
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return date;
  const read = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(read.getTime()) ? date : DAY.format(read);
}

/** Who published a document: the host of an address, or the name that was given. */
export function publisher(source: string | null): string {
  if (!source) return "source not given";
  try {
    return new URL(source).hostname.replace(/^www\./, "") || source;
  } catch {
    return source;
  }
}

/** The belief in words for who does not read numbers. */
export function beliefWords(value: number): string {
  if (value >= 0.9) return "well supported";
  if (value >= 0.7) return "supported";
  if (value >= 0.4) return "weakly supported";
  return "doubtful";
}

export type { BeliefArithmetic };
