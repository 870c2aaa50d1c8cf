// One layout: ForceAtlas2 over the numbers of nodes and edges, step by step.

import iterate from "graphology-layout-forceatlas2/iterate.js";

export interface LayoutTask {
  id: number;
  /** x, y, size, fixed for each node. */
  nodes: Float32Array;
  /** The numbers of both ends, and a weight, for each edge. */
  edges: Float32Array;
  steps: number;
  /** Milliseconds between two reports; 0 for the end only. */
  every: number;
}

export interface LayoutReport {
  id: number;
  /** x, y for each node. */
  positions: Float32Array;
  done: boolean;
  step: number;
}

const PER_NODE = 10;

export class Arrangement {
  readonly #count: number;
  readonly #matrix: Float32Array;
  readonly #edges: Float32Array;
  readonly #settings: Readonly<Record<string, number | boolean>>;
  step = 0;

  constructor(nodes: Float32Array, edges: Float32Array) {
    const count = nodes.length / 4;
    const matrix = new Float32Array(count * PER_NODE);
    for (let i = 0; i < count; i += 1) {
      const at = i * PER_NODE;
      matrix[at] = nodes[i * 4] ?? 0;
      matrix[at + 1] = nodes[i * 4 + 1] ?? 0;
      matrix[at + 6] = 1;
      matrix[at + 7] = 1;
      matrix[at + 8] = nodes[i * 4 + 2] ?? 1;
      matrix[at + 9] = nodes[i * 4 + 3] ?? 0;
    }
    const ends = new Float32Array(edges.length);
    for (let i = 0; i < edges.length; i += 3) {
      const source = (edges[i] ?? 0) * PER_NODE;
      const target = (edges[i + 1] ?? 0) * PER_NODE;
      const weight = edges[i + 2] ?? 1;
      ends[i] = source;
      ends[i + 1] = target;
      ends[i + 2] = weight;
      // The mass of a node is one more than the weight of its edges.
      matrix[source + 6] = (matrix[source + 6] ?? 1) + weight;
      matrix[target + 6] = (matrix[target + 6] ?? 1) + weight;
    }
    this.#count = count;
    this.#matrix = matrix;
    this.#edges = ends;
    this.#settings = {
      linLogMode: false,
      outboundAttractionDistribution: false,
      adjustSizes: count < 2000,
      edgeWeightInfluence: 1,
      scalingRatio: 60,
      strongGravityMode: false,
      gravity: 1,
      slowDown: 1 + Math.log(count + 1),
      barnesHutOptimize: count > 600,
      barnesHutTheta: 0.7,
    };
  }

  next(): void {
    iterate(this.#settings, this.#matrix, this.#edges);
    this.step += 1;
  }

  /** x and y of each node. */
  positions(): Float32Array {
    const found = new Float32Array(this.#count * 2);
    for (let i = 0; i < this.#count; i += 1) {
      found[i * 2] = this.#matrix[i * PER_NODE] ?? 0;
      found[i * 2 + 1] = this.#matrix[i * PER_NODE + 1] ?? 0;
    }
    return found;
  }
}
