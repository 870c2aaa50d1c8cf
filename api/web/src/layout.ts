// The page's end of the layout worker.

import { Arrangement, type LayoutReport, type LayoutTask } from "./arrangement";
import type { NetworkEdge, NetworkNode } from "./types";

export interface Body {
  x: number;
  y: number;
  size: number;
  fixed: boolean;
}

export interface Run {
  nodes: readonly Body[];
  edges: readonly (readonly [number, number, number])[];
  steps: number;
  every: number;
  moved(positions: Float32Array, done: boolean): void;
}

/** What is linked with what, by the numbers of the nodes; the more statements, the stronger. */
export function links(
  nodes: readonly NetworkNode[],
  edges: Iterable<NetworkEdge>,
): [number, number, number][] {
  const number = new Map(nodes.map((node, i) => [node.id, i]));
  const found = new Map<string, [number, number, number]>();
  for (const edge of edges) {
    const [a, b] = [number.get(edge.source), number.get(edge.target)];
    if (a === undefined || b === undefined || a === b) continue;
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const weight = found.get(`${low} ${high}`)?.[2] ?? 0;
    found.set(`${low} ${high}`, [low, high, Math.min(3, weight + 1)]);
  }
  return [...found.values()];
}

function numbers(run: Run): { nodes: Float32Array; edges: Float32Array } {
  const nodes = new Float32Array(run.nodes.length * 4);
  run.nodes.forEach((node, i) => {
    nodes.set([node.x, node.y, node.size, node.fixed ? 1 : 0], i * 4);
  });
  const edges = new Float32Array(run.edges.length * 3);
  run.edges.forEach((edge, i) => {
    edges.set(edge, i * 3);
  });
  return { nodes, edges };
}

/** A layout in one go, for the few nodes that take less time than telling another thread. */
export function arrangeNow(run: Run): Float32Array {
  const { nodes, edges } = numbers(run);
  const arrangement = new Arrangement(nodes, edges);
  while (arrangement.step < run.steps) arrangement.next();
  return arrangement.positions();
}

/** One worker, one layout at a time; starting another stops the one before. */
export class Layout {
  #worker: Worker | null = null;
  #id = 0;
  #moved: ((positions: Float32Array, done: boolean) => void) | null = null;

  start(run: Run): void {
    this.#id += 1;
    this.#moved = run.moved;
    const { nodes, edges } = numbers(run);
    const task: LayoutTask = { id: this.#id, nodes, edges, steps: run.steps, every: run.every };
    this.#started().postMessage(task, [nodes.buffer, edges.buffer]);
  }

  #started(): Worker {
    if (this.#worker === null) {
      const script = document.querySelector<HTMLScriptElement>("script[data-layout]");
      this.#worker = new Worker(script?.dataset["layout"] ?? "", { type: "module" });
      this.#worker.addEventListener("message", (event: MessageEvent<LayoutReport>) => {
        if (event.data.id === this.#id) this.#moved?.(event.data.positions, event.data.done);
      });
    }
    return this.#worker;
  }

  /** Stops where the nodes are. */
  stop(): void {
    this.#id += 1;
    this.#worker?.postMessage({ id: this.#id, stop: true });
  }

  end(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
