// The picture of an entity or of the paths between two, with what belongs to it: tools, legend,
// filters, a list of all that is drawn, and a panel for what was chosen.

import { get, withParams } from "./api";
import type { Canvas } from "./canvas";
import { button, h, say, show } from "./dom";
import { filters } from "./filters";
import { type Acts, legend, nodeCard, nodeList } from "./panel";
import { empty, failure, waiting } from "./parts";
import { Picture } from "./picture";
import { changed, here, type Place, put } from "./router";
import { saveMenu } from "./saving";
import { statementPanel } from "./statement";
import type { Network, Paths } from "./types";
import { plural } from "./words";

const LIMIT = "150";
const FEW_STAY = 4; // new nodes for each that stays, from which all is arranged anew

/** What the picture is of. */
export type Focus = { entity: string } | { from: string; to: string };

export class GraphView {
  readonly element: HTMLElement;
  readonly #signal: AbortSignal;
  readonly #picture = new Picture();
  readonly #stage = h("div", { class: "canvas", "aria-hidden": "true" });
  readonly #panel = h("aside", { class: "panel", "aria-label": "Details" });
  readonly #busy = h("div", { class: "stage-busy", hidden: true });
  readonly #legend = h("div", { class: "legend" });
  readonly #note = h("p", { class: "stage-note", hidden: true });
  readonly #message = h("div", { class: "stage-message", hidden: true });
  #canvas: Canvas | null = null;
  #focus: Focus;
  #title = "graph";
  #answers = new Map<string, Network>();
  #paths: Paths["paths"] = [];
  #filterKey = "";
  #loading: AbortController | null = null;
  #panelLoad: AbortController | null = null;

  constructor(focus: Focus, signal: AbortSignal) {
    this.#focus = focus;
    this.#signal = signal;
    const zoom = h(
      "div",
      { class: "stage-tools", role: "group", "aria-label": "View" },
      button("Zoom in", () => this.#canvas?.zoom(1.5), { icon: "plus", text: false }),
      button("Zoom out", () => this.#canvas?.zoom(1 / 1.5), { icon: "minus", text: false }),
      button("Show everything", () => this.#canvas?.fit(), { icon: "fit", text: false }),
      button("Arrange again", () => this.#canvas?.arrange("all"), { icon: "shuffle", text: false }),
    );
    const stage = h(
      "div",
      {
        class: "stage",
        role: "group",
        tabindex: "0",
        "aria-label":
          "Picture of the graph. Arrow keys move it, plus and minus zoom, zero shows everything. " +
          "All that it shows is in the list beside it.",
        keydown: (event) => this.#key(event as KeyboardEvent),
      },
      this.#stage,
      this.#message,
      this.#busy,
      this.#note,
      zoom,
      this.#legend,
    );
    this.element = h("div", { class: "explore" }, stage, this.#panel);
    window.addEventListener("themechange", this.#recolour);
  }

  set title(text: string) {
    this.#title = text;
  }

  get picture(): Picture {
    return this.#picture;
  }

  readonly #recolour = (): void => {
    this.#canvas?.recolour();
  };

  /** Shows what the address says, fetching what is not there yet. */
  async follow(place: Place): Promise<void> {
    const wanted = filters(place);
    const key = wanted.toString();
    const isNew = key !== this.#filterKey || this.#answers.size === 0;
    if (isNew) this.#answers.clear();
    this.#filterKey = key;
    const asked = this.#asked(place, wanted);
    const missing = [...asked].filter(([id]) => !this.#answers.has(id));
    if (missing.length > 0) {
      this.#loading?.abort();
      const loading = new AbortController();
      this.#loading = loading;
      const signal = AbortSignal.any([this.#signal, loading.signal]);
      this.#wait("Looking around …", () => loading.abort());
      try {
        let done = 0;
        await Promise.all(
          missing.map(async ([id, path]) => {
            const found = await get<Network | Paths>(path, signal);
            this.#answers.set(id, found);
            done += 1;
            if (missing.length > 1) this.#wait(`${done} of ${missing.length} …`);
          }),
        );
      } catch (error) {
        this.#wait(null);
        if (this.#signal.aborted || this.#loading !== loading) return;
        if (loading.signal.aborted) {
          this.#tell(
            empty(
              "Stopped.",
              button("Start again", () => void this.follow(here())),
            ),
          );
        } else this.#tell(failure(error, () => void this.follow(here())));
        return;
      }
      this.#wait(null);
      if (this.#signal.aborted) return;
    }
    await this.#build([...asked.keys()], isNew);
    this.#choose(place);
  }

  /** The requests that the address stands for, by what they are about. */
  #asked(place: Place, wanted: URLSearchParams): Map<string, string> {
    const asked = new Map<string, string>();
    const around = (entity: string, depth: string): void => {
      const params = new URLSearchParams(wanted);
      params.set("entity", entity);
      params.set("depth", depth);
      params.set("limit", LIMIT);
      asked.set(`${entity} ${depth}`, withParams("/neighbourhood", params));
    };
    if ("entity" in this.#focus) {
      around(this.#focus.entity, place.params.get("depth") === "2" ? "2" : "1");
    } else {
      const params = new URLSearchParams(wanted);
      params.set("from", this.#focus.from);
      params.set("to", this.#focus.to);
      params.set("longest", place.params.get("longest") ?? "3");
      params.set("limit", "20");
      asked.set(`paths ${params.get("longest")}`, withParams("/paths", params));
    }
    for (const entity of place.params.getAll("open")) around(entity, "1");
    return asked;
  }

  async #build(order: readonly string[], isNew: boolean): Promise<void> {
    const picture = this.#picture;
    const before = picture.nodes.size;
    const nodes = new Set<string>();
    const edges = new Set<string>();
    const fresh = new Set<string>();
    let cut = false;
    this.#paths = [];
    for (const key of order) {
      const answer = this.#answers.get(key);
      if (answer === undefined) continue;
      const centre = key.slice(0, key.lastIndexOf(" "));
      const isPaths = "paths" in answer;
      if (isPaths) this.#paths = (answer as Paths).paths;
      for (const id of picture.add(answer, isPaths ? null : centre)) fresh.add(id);
      for (const node of answer.nodes) nodes.add(node.id);
      for (const edge of answer.edges) edges.add(edge.id);
      cut ||= answer.cut;
    }
    picture.keep(nodes, edges);
    const opened = new Set(here().params.getAll("open"));
    if ("entity" in this.#focus) opened.add(this.#focus.entity);
    for (const node of picture.nodes.values()) node.open = opened.has(node.id);
    this.#note.hidden = !cut;
    this.#note.textContent = cut
      ? `Only the best supported statements are drawn. Filters show others.`
      : "";
    show(this.#legend, legend(this.#picture));
    if (picture.edges.size === 0) {
      this.#tell(
        "entity" in this.#focus
          ? empty(
              this.#filterKey === "" ? "No statement is known here yet." : "No statement fits.",
              h(
                "p",
                {},
                this.#filterKey === ""
                  ? "Add a document that speaks of it, or look at another entity."
                  : "Take a filter away to see more.",
              ),
            )
          : empty(
              "No path is known between the two.",
              h("p", {}, "Allow longer paths, or take filters away."),
            ),
      );
    } else this.#tell(null);
    // Where hardly anything stays, nothing has to keep its place.
    const isOther = before === 0 || fresh.size > FEW_STAY * (picture.nodes.size - fresh.size);
    await this.#draw(isOther ? "all" : fresh, isNew && before === 0);
    say(
      `${plural(picture.nodes.size, "entity", "entities")} and ${plural(picture.edges.size, "statement")} are shown.`,
    );
  }

  async #draw(moved: ReadonlySet<string> | "all", first: boolean): Promise<void> {
    if (this.#canvas === null) {
      const drawing = await import("./canvas");
      if (this.#signal.aborted) return;
      if (!drawing.canDraw()) {
        this.#tell(
          empty(
            "This browser cannot draw the graph (WebGL 2 is missing or off).",
            h("p", {}, "All that it would show is in the list beside, and under Table."),
          ),
        );
        return;
      }
      // Names are measured when they are first drawn, so their font has to be there.
      await document.fonts.load("560 13px 'Inter Variable'").catch(() => []);
      this.#canvas = new drawing.Canvas(this.#stage, this.#picture, {
        node: (id) => this.#clickNode(id),
        edge: (id) => this.openStatement(id),
        stage: () => this.close(),
        busy: (running) => {
          if (running && this.#picture.nodes.size > 400) {
            this.#wait("Arranging …", () => this.#canvas?.stopLayout());
          } else this.#wait(null);
        },
      });
      // For tests and for whoever looks with the tools of the browser.
      Object.assign(this.#stage, { canvas: this.#canvas });
    }
    const centre = "entity" in this.#focus ? this.#focus.entity : null;
    this.#canvas.update(first ? "all" : moved, centre);
  }

  #clickNode(id: string): void {
    const node = this.#picture.nodes.get(id);
    if (node === undefined) return;
    if (node.kind === "entity" && !node.open) this.expand(id);
    else put(changed(here(), { at: id, statement: null }), { quiet: true });
  }

  /** Fetches the neighbours of an entity and shows its card. */
  expand(id: string): void {
    const open = here().params.getAll("open");
    const next = open.includes(id) ? open : [...open, id];
    put(changed(here(), { open: next, at: id, statement: null }));
  }

  /** Takes the neighbours of an entity away again. */
  collapse(id: string): void {
    const open = here()
      .params.getAll("open")
      .filter((each) => each !== id);
    put(changed(here(), { open, at: id, statement: null }));
  }

  openStatement(id: string): void {
    put(changed(here(), { statement: id, at: null }));
  }

  close(): void {
    if (!here().params.has("statement") && !here().params.has("at")) return;
    put(changed(here(), { statement: null, at: null }), { quiet: true });
  }

  #choose(place: Place): void {
    this.#panelLoad?.abort();
    this.#panelLoad = new AbortController();
    const signal = AbortSignal.any([this.#signal, this.#panelLoad.signal]);
    const statement = place.params.get("statement");
    const at = place.params.get("at");
    this.#canvas?.select(statement ?? at ?? null);
    if (statement === null && at === null && this.#paths.length > 0) {
      this.#canvas?.mark([]);
    }
    const wasHere = this.#panel.contains(document.activeElement);
    if (statement !== null) {
      const body = h("div", {});
      show(this.#panel, this.#back(), body);
      void statementPanel(body, statement, signal, () => {
        window.setTimeout(() => {
          this.#panel.scrollTop = 0;
          const head = body.querySelector<HTMLElement>("h2");
          if (wasHere || document.activeElement === document.body) {
            head?.focus({ preventScroll: true });
          }
          if (window.innerWidth < 900) this.#panel.scrollIntoView({ block: "start" });
        }, 0);
      });
      say("The statement is open in the panel.");
    } else if (at !== null && this.#picture.nodes.has(at)) {
      show(this.#panel, this.#back(), nodeCard(this.#picture, at, this.#acts()));
      if (wasHere) this.#panel.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
      this.#canvas?.reveal(at);
    } else {
      show(this.#panel, nodeList(this.#picture, this.#paths, this.#acts()));
    }
  }

  #acts(): Acts {
    return {
      centre: "entity" in this.#focus ? this.#focus.entity : null,
      expand: (id) => this.expand(id),
      collapse: (id) => this.collapse(id),
      mark: (ids) => this.#canvas?.mark(ids),
    };
  }

  #back(): HTMLElement {
    return button("Back to the list", () => this.close(), {
      icon: "list",
      class: "button quiet small",
    });
  }

  #wait(text: string | null, stop?: () => void): void {
    this.#busy.hidden = text === null;
    if (text === null) show(this.#busy);
    else show(this.#busy, waiting(text, stop));
  }

  #tell(message: HTMLElement | null): void {
    this.#message.hidden = message === null;
    show(this.#message, message);
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.#canvas?.pan(-1, 0),
      ArrowRight: () => this.#canvas?.pan(1, 0),
      ArrowUp: () => this.#canvas?.pan(0, 1),
      ArrowDown: () => this.#canvas?.pan(0, -1),
      "+": () => this.#canvas?.zoom(1.5),
      "=": () => this.#canvas?.zoom(1.5),
      "-": () => this.#canvas?.zoom(1 / 1.5),
      "0": () => this.#canvas?.fit(),
      Escape: () => this.close(),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  /** A menu of files that hold what is seen. */
  exportMenu(): HTMLElement {
    return saveMenu(this.#picture, () => this.#title, this.#signal);
  }

  /** Takes a network that was not fetched here, such as the answer to a query. */
  async present(network: Network): Promise<void> {
    this.#answers.set("given ", network);
    await this.#build(["given "], true);
    this.#choose(here());
  }

  leave(): void {
    window.removeEventListener("themechange", this.#recolour);
    this.#loading?.abort();
    this.#panelLoad?.abort();
    this.#canvas?.end();
  }
}
