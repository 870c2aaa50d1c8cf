// What stands beside a picture: a list of all that it shows, a card for what was chosen, a legend.

import { button, h, say, show } from "./dom";
import { line, mark, sign } from "./marks";
import { empty } from "./parts";
import type { Picture } from "./picture";
import { changed, entityHref, here, href } from "./router";
import type { NetworkEdge, Paths } from "./types";
import { count, drawnTypes, modalityLabel, plural, terms, typeLabel } from "./words";

const IN_LIST = 150;

/** What the cards and lists can do to the picture; `centre` is the entity that it is of. */
export interface Acts {
  readonly centre: string | null;
  expand(id: string): void;
  collapse(id: string): void;
  mark(ids: readonly string[]): void;
}

/** All that is drawn, for who cannot see or use the drawing. */
export function nodeList(picture: Picture, paths: Paths["paths"], acts: Acts): HTMLElement {
  const nodes = [...picture.nodes.values()];
  const groups = new Map<string, typeof nodes>();
  for (const node of nodes) {
    const label = typeLabel(node.type, node.kind);
    groups.set(label, [...(groups.get(label) ?? []), node]);
  }
  return h(
    "div",
    { class: "list" },
    paths.length > 0 && pathList(picture, paths, acts),
    h(
      "h2",
      { class: "section", tabindex: "-1" },
      `${plural(nodes.length, "entity", "entities")}, ${plural(picture.edges.size, "statement")}`,
    ),
    h(
      "p",
      { class: "faint hint" },
      "Click a node to show its neighbours, a line to open its sentences.",
    ),
    ...[...groups].map(([label, members]) =>
      h(
        "details",
        { class: "group", open: nodes.length <= 60 && members.length <= 14 },
        h("summary", {}, `${label} (${count(members.length)})`),
        h(
          "ul",
          { class: "plain nodes" },
          ...members
            .slice(0, 300)
            .map((node) =>
              h(
                "li",
                {},
                h(
                  "a",
                  { class: "entity", href: changed(here(), { at: node.id, statement: null }) },
                  sign(node),
                  h("span", {}, node.name),
                ),
              ),
            ),
        ),
      ),
    ),
    h(
      "details",
      { class: "group", open: picture.edges.size <= 40 },
      h("summary", {}, `statements (${count(picture.edges.size)})`),
      edgeList(picture, [...picture.edges.values()]),
    ),
  );
}

/** What is known of a node, and what can be done with it. */
export function nodeCard(picture: Picture, id: string, acts: Acts): HTMLElement {
  const node = picture.nodes.get(id);
  if (node === undefined) return empty("It is no longer in the picture.");
  const around = picture.around(id);
  const isFocus = acts.centre === id;
  const from = acts.centre;
  return h(
    "div",
    { class: "card" },
    h("h2", { tabindex: "-1" }, sign(node), " ", node.name),
    h(
      "p",
      { class: "faint" },
      typeLabel(node.type, node.kind),
      node.kind === "entity" &&
        ` · ${plural(node.statements, "statement")}, ${count(around.length)} in the picture`,
    ),
    node.kind === "entity" &&
      h(
        "div",
        { class: "button-row" },
        !isFocus &&
          (node.open
            ? button("Take its neighbours away", () => acts.collapse(id), { icon: "minus" })
            : button("Show its neighbours", () => acts.expand(id), { icon: "plus" })),
        !isFocus && h("a", { class: "button", href: entityHref(id) }, "Put it in the middle"),
        !isFocus &&
          from !== null &&
          h(
            "a",
            { class: "button", href: href("paths", { from, to: id }) },
            `Paths from ${picture.name(from)}`,
          ),
        h("a", { class: "button", href: entityHref(id, { view: "about" }) }, "About it"),
      ),
    h("h3", { class: "section" }, "Its statements here"),
    edgeList(picture, around),
  );
}

function edgeList(picture: Picture, edges: readonly NetworkEdge[]): HTMLElement {
  const list = h("ul", { class: "plain edges" });
  const draw = (most: number): void => {
    show(
      list,
      ...edges.slice(0, most).map((edge) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              class: "statement-line",
              href: changed(here(), { statement: edge.id, at: null }),
            },
            line(edge.modality),
            h(
              "span",
              {},
              h("b", {}, picture.name(edge.source)),
              ` ${edge.label} `,
              h("b", {}, picture.name(edge.target)),
              h("span", { class: "unseen" }, `, ${modalityLabel(edge.modality)}`),
            ),
          ),
        ),
      ),
      edges.length > most &&
        h(
          "li",
          {},
          button(`Show all ${count(edges.length)}`, () => draw(edges.length), {
            class: "button quiet small",
          }),
        ),
    );
  };
  draw(IN_LIST);
  return list;
}

function pathList(picture: Picture, paths: Paths["paths"], acts: Acts): HTMLElement {
  return h(
    "div",
    {},
    h("h2", { class: "section" }, plural(paths.length, "path")),
    h(
      "ol",
      { class: "paths" },
      ...paths.map((path) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              type: "button",
              class: "path",
              click: () => {
                acts.mark([...path.nodes, ...path.edges]);
                say("The path is marked in the picture.");
              },
            },
            ...path.nodes.map((id, i) => {
              const edge = picture.edges.get(path.edges[i - 1] ?? "");
              const isForward = edge?.target === id;
              return h(
                "span",
                {},
                edge &&
                  h(
                    "span",
                    { class: "step" },
                    edge.symmetric
                      ? ` — ${edge.label} — `
                      : isForward
                        ? ` → ${edge.label} → `
                        : ` ← ${edge.label} ← `,
                  ),
                h("b", {}, picture.name(id)),
              );
            }),
          ),
        ),
      ),
    ),
  );
}

/** What the signs and lines of a picture mean. */
export function legend(picture: Picture): HTMLElement {
  const used = new Set([...picture.nodes.values()].map((node) => node.type));
  const values = new Map(
    [...picture.nodes.values()]
      .filter((node) => node.kind !== "entity")
      .map((node) => [typeLabel(node.type, node.kind), node]),
  );
  const lines = new Set([...picture.edges.values()].map((edge) => edge.modality));
  return h(
    "details",
    { open: window.innerWidth >= 900 },
    h("summary", {}, "Legend"),
    h(
      "ul",
      {},
      ...drawnTypes()
        .filter((term) => used.has(term.name))
        .map((term) => h("li", {}, mark(term.name), term.label)),
      ...[...values].map(([label, node]) => h("li", {}, sign(node), label)),
    ),
    h(
      "ul",
      {},
      ...terms()
        .modalities.filter((term) => lines.has(term.name))
        .map((term) => h("li", {}, line(term.name), term.label)),
      h("li", { class: "faint" }, "the thicker, the better supported"),
    ),
  );
}
