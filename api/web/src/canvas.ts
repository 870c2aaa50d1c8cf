// Drawing a picture with WebGL (sigma). Loaded only where a graph is shown.

import Graph from "graphology";
import type Sigma from "sigma";
import { colours } from "./colours";
import { isLarge, shrink } from "./crowd";
import { calm } from "./dom";
import { drawing, WHOLE } from "./drawing";
import { arrangeNow, Layout, links, type Run } from "./layout";
import { type Drawn, type Picture, short, style, width } from "./picture";
import { type Frame, fit, type Manner, placeNames, ring, spread } from "./placing";
import type { NetworkEdge } from "./types";

export interface Events {
  node(id: string): void;
  edge(id: string): void;
  stage(): void;
  /** While the layout runs, and when it has ended. */
  busy(running: boolean): void;
}

const FEW = 700; // nodes up to which a layout is shown only when it is done
const STEPS = 350;
const AT_ONCE = 160; // nodes up to which a layout takes less time than telling another thread
const OFTEN = 120; // milliseconds between two pictures of a layout on its way
const SELDOM = 600; // the same where one picture takes long
const NAMED = 60; // lines up to which all have their names
const SMALL = 0.72; // the size of nodes on a phone
const ROOMY = 800; // pixels from which names stand beside their nodes too
const TOOLS = 64; // pixels that the tools take on the left, or above on a phone

export { canDraw } from "./drawing";

export class Canvas {
  readonly #graph = new Graph({ multi: true, type: "mixed" });
  readonly #layout = new Layout();
  readonly #place: HTMLElement;
  readonly #picture: Picture;
  readonly #events: Events;
  #sigma: Sigma;
  #colours = colours();
  #large = false;
  #selected: string | null = null;
  #near = new Set<string>();
  #drawing = 0;
  #arranged = false;
  /** Frames drawn since the start. */
  frames = 0;

  constructor(place: HTMLElement, picture: Picture, events: Events) {
    this.#place = place;
    this.#picture = picture;
    this.#events = events;
    this.#sigma = this.#drawn();
  }

  #drawn(): Sigma {
    const sigma = drawing(this.#graph, this.#place, this.#colours, {
      isDim: (id) => this.#near.size > 0 && !this.#near.has(id),
      isNear: (id) => this.#near.has(id),
      isSelected: (id) => id === this.#selected,
      isNamed: (id, hovered) => this.#isNamed(id, hovered),
      scale: () => this.#manner().scale,
      large: this.#large,
    });
    sigma.on("clickNode", ({ node }) => this.#events.node(node));
    sigma.on("clickEdge", ({ edge }) => this.#events.edge(edge));
    sigma.on("clickStage", () => this.#events.stage());
    sigma.on("nodeDragEnd", ({ allDraggedNodes }) => {
      for (const id of allDraggedNodes) this.#take(id);
    });
    sigma.on("afterRender", () => {
      this.frames += 1;
    });
    return sigma;
  }

  /** Whether a line shows its name: in small pictures all do, in others those that are looked at. */
  #isNamed(id: string, hovered: boolean): boolean {
    if (hovered || this.#near.has(id)) return true;
    return this.#near.size === 0 && this.#graph.size <= NAMED && !this.#isSmall();
  }

  #isSmall(): boolean {
    return this.#place.clientWidth < 600;
  }

  #take(id: string): void {
    const node = this.#picture.nodes.get(id);
    if (node === undefined || !this.#graph.hasNode(id)) return;
    node.x = this.#graph.getNodeAttribute(id, "x");
    node.y = this.#graph.getNodeAttribute(id, "y");
  }

  /** Brings the drawing up to date with the picture; `moved` may move, the others stay. */
  update(moved: ReadonlySet<string> | "all", centre: string | null = null): void {
    const graph = this.#graph;
    graph.forEachEdge((id) => {
      if (!this.#picture.edges.has(id)) graph.dropEdge(id);
    });
    graph.forEachNode((id) => {
      if (!this.#picture.nodes.has(id)) graph.dropNode(id);
    });
    if (isLarge(this.#picture.edges.size) !== this.#large) this.#redraw();
    for (const node of this.#picture.nodes.values()) {
      const known = graph.hasNode(node.id);
      const attributes = this.#nodeAttributes(node);
      if (known) graph.mergeNodeAttributes(node.id, attributes);
      else graph.addNode(node.id, { ...attributes, x: node.x, y: node.y });
    }
    for (const edge of this.#picture.edges.values()) {
      const attributes = this.#edgeAttributes(edge);
      if (graph.hasEdge(edge.id)) graph.mergeEdgeAttributes(edge.id, attributes);
      else graph.addDirectedEdgeWithKey(edge.id, edge.source, edge.target, attributes);
    }
    if (
      moved === "all" &&
      centre !== null &&
      ring(this.#picture, centre, this.#frame(), this.#manner())
    ) {
      const nodes = [...this.#picture.nodes.values()];
      const positions = new Float32Array(nodes.flatMap((node) => [node.x, node.y]));
      this.#arranged = true;
      this.#moveTo(nodes, positions, { smooth: false, fit: true, free: null });
    } else if (moved === "all" || moved.size > 0) this.arrange(moved);
    else this.#names();
  }

  /** Moves names to the better sides of their nodes. */
  #names(): void {
    placeNames(this.#picture, this.#manner());
    for (const node of this.#picture.nodes.values()) {
      if (this.#graph.hasNode(node.id)) this.#graph.setNodeAttribute(node.id, "side", node.side);
    }
  }

  #nodeAttributes(node: Drawn): Record<string, unknown> {
    return {
      id: node.id,
      label: short(node.name),
      size: node.size,
      colour: node.colour,
      shape: node.shape,
    };
  }

  #edgeAttributes(edge: NetworkEdge): Record<string, unknown> {
    const line = style(edge);
    return {
      id: edge.id,
      label: edge.label,
      size: width(edge),
      colour: edge.modality === "denied" ? this.#colours.denied : this.#colours.line,
      head: line.head,
      // A gap of none means no line at all to the drawing, so that of a whole line lies far away.
      dashSize: line.gap > 0 ? line.dash : WHOLE,
      gapSize: line.gap > 0 ? line.gap : 1,
    };
  }

  /** Moves nodes to where they have room; those that are not in `moved` stay where they are. */
  arrange(moved: ReadonlySet<string> | "all"): void {
    const nodes = [...this.#picture.nodes.values()];
    const isBig = nodes.length > FEW;
    const isFirst = !this.#arranged;
    this.#arranged = true;
    const run: Run = {
      nodes: nodes.map((node) => ({
        x: node.x,
        y: node.y,
        // A name takes room too.
        size: isBig ? node.size : node.size * 1.3 + Math.min(60, node.name.length * 2.2),
        fixed: moved !== "all" && !moved.has(node.id),
      })),
      edges: links(nodes, this.#picture.edges.values()),
      steps: isBig ? STEPS / 2 : STEPS,
      every: calm() || !isBig ? 0 : this.#large ? SELDOM : OFTEN,
      moved: (positions, done) => {
        if (moved === "all") this.#stretch(positions);
        const smooth = !isBig && !isFirst && !calm();
        const free = moved === "all" ? null : moved;
        this.#moveTo(nodes, positions, { smooth, fit: free === null && done, free });
        if (done) this.#events.busy(false);
      },
    };
    if (nodes.length <= AT_ONCE) {
      this.#layout.stop();
      run.moved(arrangeNow(run), true);
    } else {
      this.#events.busy(true);
      this.#layout.start(run);
    }
  }

  /** Draws a picture out to the form of its place, where names need room beside their nodes. */
  #stretch(positions: Float32Array): void {
    const { width: across, height: down } = this.#sigma.getDimensions();
    const share = Math.min(1.8, Math.max(0.75, across / Math.max(1, down)));
    for (let i = 0; i < positions.length; i += 2) {
      positions[i] = (positions[i] ?? 0) * share;
    }
  }

  stopLayout(): void {
    this.#layout.stop();
    this.#events.busy(false);
  }

  #moveTo(
    nodes: readonly Drawn[],
    positions: Float32Array,
    options: { smooth: boolean; fit: boolean; free: ReadonlySet<string> | null },
  ): void {
    cancelAnimationFrame(this.#drawing);
    const from = nodes.map((node) => [node.x, node.y] as const);
    nodes.forEach((node, i) => {
      node.x = positions[i * 2] ?? node.x;
      node.y = positions[i * 2 + 1] ?? node.y;
    });
    if (options.fit || options.free !== null) {
      const manner = this.#manner();
      const { unit } = fit(this.#picture, this.#frame(), manner);
      placeNames(this.#picture, manner);
      const stay = nodes.map((node) => node.id).filter((id) => !(options.free?.has(id) ?? true));
      spread(this.#picture, unit, manner, null, new Set(stay));
    }
    const start = performance.now();
    const time = options.smooth ? 450 : 0;
    const draw = (): void => {
      const share = time === 0 ? 1 : Math.min(1, (performance.now() - start) / time);
      const eased = 1 - (1 - share) ** 3;
      const at = new Map(
        nodes.map((node, i) => {
          const [x, y] = from[i] ?? [node.x, node.y];
          return [node.id, [x + (node.x - x) * eased, y + (node.y - y) * eased] as const] as const;
        }),
      );
      this.#graph.updateEachNodeAttributes(
        (id, attributes) => {
          const place = at.get(id);
          return place === undefined ? attributes : { ...attributes, x: place[0], y: place[1] };
        },
        { attributes: ["x", "y"] },
      );
      if (share >= 1) this.#names();
      if (share < 1) this.#drawing = requestAnimationFrame(draw);
      else if (options.fit) this.fit();
      else this.#showAll();
    };
    if (options.fit) {
      placeNames(this.#picture, this.#manner());
      this.#box();
    }
    draw();
  }

  /** The part of the place that tools and legend leave free. */
  #frame(): Frame {
    const { width: across, height: down } = this.#sigma.getDimensions();
    const legend = this.#place.parentElement?.querySelector(".legend")?.clientHeight ?? 0;
    return {
      left: this.#isSmall() ? 12 : TOOLS,
      right: across - 12,
      top: this.#isSmall() ? TOOLS : 14,
      bottom: down - Math.min(down / 3, legend + 30),
    };
  }

  #manner(): Manner {
    const scale = (this.#isSmall() ? SMALL : 1) * shrink(this.#picture.nodes.size);
    return { scale, narrow: this.#place.clientWidth < ROOMY };
  }

  /** Makes the part of the plane that the place shows at rest hold all nodes and their names. */
  #box(): void {
    const { width: across, height: down } = this.#sigma.getDimensions();
    if (this.#picture.nodes.size === 0 || across === 0 || down === 0) return;
    const { unit, x, y } = fit(this.#picture, this.#frame(), this.#manner());
    this.#sigma.setCustomBBox({
      x: [-x / unit, (across - x) / unit],
      y: [(y - down) / unit, y / unit],
    });
  }

  /** Zooms out where something lies outside, and leaves the view alone otherwise. */
  #showAll(): void {
    const { width: across, height: down } = this.#sigma.getDimensions();
    const outside = [...this.#picture.nodes.values()].some((node) => {
      const at = this.#sigma.graphToViewport({ x: node.x, y: node.y });
      return at.x < 0 || at.y < 0 || at.x > across || at.y > down;
    });
    if (outside) this.fit();
  }

  /** Shows everything. */
  fit(): void {
    this.#box();
    this.#sigma.refresh();
    void this.#move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  #move(state: { x?: number; y?: number; ratio?: number; angle?: number }): void {
    const camera = this.#sigma.getCamera();
    if (calm()) camera.setState(state);
    else void camera.animate(state, { duration: 250 });
  }

  zoom(factor: number): void {
    this.#move({ ratio: this.#sigma.getCamera().ratio / factor });
  }

  pan(x: number, y: number): void {
    const camera = this.#sigma.getCamera();
    this.#move({ x: camera.x + x * 0.12 * camera.ratio, y: camera.y + y * 0.12 * camera.ratio });
  }

  /** Puts a node into the middle where it is out of sight. */
  reveal(id: string): void {
    const node = this.#picture.nodes.get(id);
    if (node === undefined) return;
    const at = this.#sigma.graphToViewport(node);
    const { width: across, height: down } = this.#sigma.getDimensions();
    if (at.x > 40 && at.y > 40 && at.x < across - 40 && at.y < down - 40) return;
    const framed = this.#sigma.viewportToFramedGraph(at);
    this.#move({ x: framed.x, y: framed.y });
  }

  /** Marks a node or an edge with what it touches; null marks nothing. */
  select(id: string | null): void {
    this.#selected = id;
    this.#near = new Set();
    if (id !== null) {
      const edge = this.#picture.edges.get(id);
      if (edge !== undefined) {
        this.#near = new Set([id, edge.source, edge.target]);
      } else if (this.#picture.nodes.has(id)) {
        this.#near.add(id);
        for (const each of this.#picture.around(id)) {
          this.#near.add(each.id).add(each.source).add(each.target);
        }
      }
    }
    this.#sigma.refresh();
  }

  /** Marks several things, such as the parts of a path. */
  mark(ids: readonly string[]): void {
    this.#near = new Set(ids);
    this.#sigma.refresh();
  }

  /** Takes over the colours of the page after light became dark or the other way. */
  recolour(): void {
    this.#colours = colours();
    for (const edge of this.#picture.edges.values()) {
      if (!this.#graph.hasEdge(edge.id)) continue;
      this.#graph.mergeEdgeAttributes(edge.id, this.#edgeAttributes(edge));
    }
    this.#redraw();
    this.#box();
  }

  /** Draws anew in the way that fits how much there is, from the same place. */
  #redraw(): void {
    const state = this.#sigma.getCamera().getState();
    this.#sigma.kill();
    this.#large = isLarge(this.#picture.edges.size);
    this.#sigma = this.#drawn();
    this.#sigma.getCamera().setState(state);
  }

  /** How much is drawn. */
  size(): { nodes: number; edges: number } {
    return { nodes: this.#graph.order, edges: this.#graph.size };
  }

  /** Where a node is in the plane, whatever part of it is seen. */
  place(id: string): [number, number] | null {
    const node = this.#picture.nodes.get(id);
    return node === undefined ? null : [node.x, node.y];
  }

  /** Where a node or an edge is in the place, in pixels: for tests and tips. */
  where(id: string): { x: number; y: number } | null {
    const node = this.#picture.nodes.get(id);
    if (node !== undefined) return this.#sigma.graphToViewport(node);
    const edge = this.#picture.edges.get(id);
    const a = edge && this.#picture.nodes.get(edge.source);
    const b = edge && this.#picture.nodes.get(edge.target);
    if (a === undefined || b === undefined) return null;
    return this.#sigma.graphToViewport({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  }

  end(): void {
    cancelAnimationFrame(this.#drawing);
    this.#layout.end();
    this.#sigma.kill();
  }
}
