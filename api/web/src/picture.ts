// What is drawn: entities and statements with their places, apart from how they are drawn.

import type { Network, NetworkEdge, NetworkNode } from "./types";
import { look } from "./words";

export interface Drawn extends NetworkNode {
  x: number;
  y: number;
  size: number;
  colour: string;
  shape: string;
  /** Whether its neighbours have been fetched. */
  open: boolean;
  /** Where its name stands. */
  side: Side;
}

export type Side = "right" | "left" | "above" | "below";

export interface EdgeStyle {
  dash: number;
  gap: number;
  head: "arrow" | "bar" | "none";
}

/** How far a sentence commits itself, as a line: no colour is needed to read it. */
export const STYLES: Readonly<Record<string, EdgeStyle>> = {
  asserted: { dash: 8, gap: 0, head: "arrow" },
  planned: { dash: 11, gap: 5, head: "arrow" },
  possible: { dash: 3, gap: 5, head: "arrow" },
  denied: { dash: 6, gap: 3, head: "bar" },
};
const ASSERTED: EdgeStyle = { dash: 8, gap: 0, head: "arrow" };

/** The line of a statement; symmetric ones have no head, unless they are denied. */
export function style(edge: Pick<NetworkEdge, "modality" | "symmetric">): EdgeStyle {
  const found = STYLES[edge.modality] ?? ASSERTED;
  return edge.symmetric && found.head === "arrow" ? { ...found, head: "none" } : found;
}

/** The width of a line: from 1.2 for no belief to 5 for certainty. */
export function width(edge: Pick<NetworkEdge, "belief">): number {
  const belief = Math.min(1, Math.max(0, edge.belief ?? 0.5));
  return Math.round((1.2 + 3.8 * belief ** 1.6) * 10) / 10;
}

/** The size of a node: by the number of its statements, within limits. */
export function size(node: Pick<NetworkNode, "statements" | "kind">): number {
  if (node.kind !== "entity") return 12;
  return Math.round(Math.min(40, 14 + 4 * Math.log2(1 + (node.statements ?? 1))));
}

/** A number from 0 to 1 that follows from the text alone, so that pictures repeat. */
export function chance(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  }
  return (hash >>> 0) / 2 ** 32;
}

/** Nodes and edges by id, in the order in which they came. */
export class Picture {
  readonly nodes = new Map<string, Drawn>();
  readonly edges = new Map<string, NetworkEdge>();

  /** Adds what is new around `centre`; the ids of new nodes come back. */
  add(network: Network, centre: string | null): string[] {
    const fresh = network.nodes.filter((node) => !this.nodes.has(node.id));
    const middle = centre === null ? undefined : this.nodes.get(centre);
    const outward = middle === undefined ? 0 : Math.atan2(middle.y, middle.x);
    const isFirst = this.nodes.size === 0;
    // Neighbours of one kind stand together before the layout starts, which it mostly keeps.
    const placed = fresh
      .filter((node) => node.id !== centre)
      .sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1));
    const radius = 60 + 12 * Math.sqrt(placed.length);
    const angle = isFirst ? 2 * Math.PI : Math.PI * 1.2;
    for (const node of fresh) {
      const number = placed.indexOf(node);
      const turn =
        placed.length < 2
          ? outward
          : outward - angle / 2 + (angle * (number + 0.5)) / placed.length;
      const reach = number < 0 ? 0 : radius * (0.9 + 0.3 * chance(node.id));
      const { colour, shape } = look(node.type);
      this.nodes.set(node.id, {
        ...node,
        x: (middle?.x ?? 0) + reach * Math.cos(turn),
        y: (middle?.y ?? 0) + reach * Math.sin(turn),
        size: size(node),
        colour: node.kind === "entity" ? colour : "#7f7f7f",
        shape: node.kind === "entity" ? shape : "square",
        open: false,
        side: "right",
      });
    }
    for (const edge of network.edges) {
      if (this.nodes.has(edge.source) && this.nodes.has(edge.target)) this.edges.set(edge.id, edge);
    }
    return fresh.map((node) => node.id);
  }

  /** Leaves only what is in `nodes` and `edges`. */
  keep(nodes: ReadonlySet<string>, edges: ReadonlySet<string>): void {
    for (const id of [...this.nodes.keys()]) if (!nodes.has(id)) this.nodes.delete(id);
    for (const [id, edge] of [...this.edges]) {
      if (!edges.has(id) || !nodes.has(edge.source) || !nodes.has(edge.target)) {
        this.edges.delete(id);
      }
    }
  }

  /** The statements that a node stands in. */
  around(id: string): NetworkEdge[] {
    return [...this.edges.values()].filter((edge) => edge.source === id || edge.target === id);
  }

  name(id: string): string {
    return this.nodes.get(id)?.name ?? id;
  }
}

/** A name that fits beside a node. */
export function short(name: string): string {
  return name.length > 34 ? `${name.slice(0, 32)}…` : name;
}
