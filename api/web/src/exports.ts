// What is seen, as a file: the drawing as SVG or PNG, the statements as CSV, Turtle or GEXF.

import { ask } from "./api";
import { colours } from "./colours";
import { type Attributes, h, s, save } from "./dom";
import { shapePath } from "./marks";
import { type Drawn, type Picture, style, width } from "./picture";
import { toCsv } from "./table";
import type { NetworkEdge } from "./types";
import { drawnTypes, modalityLabel, typeLabel } from "./words";

const IRI = "https://w3id.org/entente/";
const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif";

/** A name for a file, from what it shows. */
export function fileName(title: string, ending: string): string {
  const base = title
    .normalize("NFKD")
    .replace(/[^\w]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase()
    .slice(0, 60);
  return `entente-${base || "graph"}.${ending}`;
}

/** The picture as an SVG of its own, with a legend. */
export function toSvg(picture: Picture, title: string): SVGSVGElement {
  const c = colours();
  const nodes = [...picture.nodes.values()];
  const edges = [...picture.edges.values()];
  const xs = nodes.map((node) => node.x);
  const ys = nodes.map((node) => -node.y);
  const spread = Math.max(1, Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  // Nodes have their size in pixels; this many pixels apart they stand clear of each other.
  const scale = Math.max(700, 130 * Math.sqrt(nodes.length)) / spread;
  const place = (node: Drawn): [number, number] => [node.x * scale, -node.y * scale];
  const at = new Map(nodes.map((node) => [node.id, place(node)]));
  const margin = 190;
  const [left, top] = [Math.min(...xs) * scale - margin, Math.min(...ys) * scale - margin];
  const across = Math.max(...xs) * scale - left + margin;
  const down = Math.max(...ys) * scale - top + margin;
  const legend = svgLegend(picture, left + 24, top + down + 8, across - 48);
  const root = s("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `${r(left)} ${r(top)} ${r(across)} ${r(down + legend.height)}`,
    width: r(across),
    height: r(down + legend.height),
    "font-family": FONT,
    role: "img",
  });
  root.append(
    s("title", {}, title),
    s("rect", {
      x: r(left),
      y: r(top),
      width: r(across),
      height: r(down + legend.height),
      fill: c.paper,
    }),
  );
  const parallel = new Map<string, number>();
  for (const edge of edges) {
    const key = [edge.source, edge.target].sort().join(" ");
    const number = parallel.get(key) ?? 0;
    parallel.set(key, number + 1);
    root.append(svgEdge(edge, number, picture, at, c));
  }
  for (const node of nodes) {
    const [x, y] = at.get(node.id) ?? [0, 0];
    root.append(
      s("path", {
        d: shapePath(node.shape, x, y, node.size / 2),
        fill: node.colour,
        stroke: c.rim,
        "stroke-width": 1.5,
      }),
      s(
        "text",
        {
          ...besides(node, x, y),
          "font-size": 13,
          "font-weight": 560,
          fill: c.text,
          stroke: c.paper,
          "stroke-width": 4,
          "paint-order": "stroke",
        },
        node.name,
      ),
    );
  }
  root.append(legend.group);
  return root;
}

/** Where the name of a node stands in an SVG. */
function besides(node: Drawn, x: number, y: number): Attributes {
  const away = node.size / 2 + 5;
  switch (node.side) {
    case "left":
      return { x: r(x - away), y: r(y + 4.5), "text-anchor": "end" };
    case "above":
      return { x: r(x), y: r(y - away), "text-anchor": "middle" };
    case "below":
      return { x: r(x), y: r(y + away + 9), "text-anchor": "middle" };
    default:
      return { x: r(x + away), y: r(y + 4.5) };
  }
}

const r = (value: number): string => value.toFixed(1);

function svgEdge(
  edge: NetworkEdge,
  number: number,
  picture: Picture,
  at: ReadonlyMap<string, [number, number]>,
  c: ReturnType<typeof colours>,
): SVGGElement {
  const [x1, y1] = at.get(edge.source) ?? [0, 0];
  const [x2, y2] = at.get(edge.target) ?? [0, 0];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const side = number % 2 === 0 ? 1 : -1;
  const bend = side * Math.ceil(number / 2) * 46 * (edge.source < edge.target ? 1 : -1);
  const [mx, my] = [(x1 + x2) / 2 - uy * bend, (y1 + y2) / 2 + ux * bend];
  const line = style(edge);
  const thick = width(edge);
  const colour = edge.modality === "denied" ? c.denied : c.line;
  const rest = (picture.nodes.get(edge.target)?.size ?? 10) / 2 + 3;
  const away = Math.hypot(x2 - mx, y2 - my) || 1;
  const [dx, dy] = [(x2 - mx) / away, (y2 - my) / away];
  const tip = [x2 - dx * rest, y2 - dy * rest] as const;
  const head = 4 + thick * 2;
  const end = line.head === "arrow" ? ([tip[0] - dx * head, tip[1] - dy * head] as const) : tip;
  const group = s("g", {});
  const attributes: Attributes = {
    d: `M${r(x1)} ${r(y1)}Q${r(mx)} ${r(my)} ${r(end[0])} ${r(end[1])}`,
    fill: "none",
    stroke: colour,
    "stroke-width": thick,
    "stroke-dasharray": line.gap > 0 ? `${line.dash} ${line.gap}` : null,
  };
  group.append(s("path", attributes));
  if (line.head === "arrow") {
    const half = 2 + thick * 1.3;
    group.append(
      s("path", {
        d: `M${r(tip[0])} ${r(tip[1])}L${r(end[0] - dy * half)} ${r(end[1] + dx * half)}L${r(end[0] + dy * half)} ${r(end[1] - dx * half)}Z`,
        fill: colour,
      }),
    );
  } else if (line.head === "bar") {
    group.append(
      s("path", {
        d: `M${r(tip[0] - dy * 7)} ${r(tip[1] + dx * 7)}L${r(tip[0] + dy * 7)} ${r(tip[1] - dx * 7)}`,
        stroke: colour,
        "stroke-width": thick + 1,
      }),
    );
  }
  group.append(
    s(
      "text",
      {
        x: r((x1 + 2 * mx + x2) / 4),
        y: r((y1 + 2 * my + y2) / 4 + 3.5),
        "font-size": 10.5,
        "text-anchor": "middle",
        fill: c.text,
        stroke: c.paper,
        "stroke-width": 3.5,
        "paint-order": "stroke",
      },
      edge.label,
    ),
  );
  return group;
}

function svgLegend(
  picture: Picture,
  x: number,
  y: number,
  across: number,
): { group: SVGGElement; height: number } {
  const c = colours();
  const group = s("g", { "font-size": 12, fill: c.text });
  const used = new Set([...picture.nodes.values()].map((node) => node.type));
  const modalities = new Set([...picture.edges.values()].map((edge) => edge.modality));
  let [atX, atY] = [x, y + 16];
  const step = (room: number): [number, number] => {
    if (atX + room > x + across && atX > x) {
      atX = x;
      atY += 24;
    }
    const place: [number, number] = [atX, atY];
    atX += room;
    return place;
  };
  for (const term of drawnTypes().filter((each) => used.has(each.name))) {
    const [px, py] = step(46 + typeLabel(term.name).length * 7);
    group.append(
      s("path", {
        d: shapePath(term.shape, px + 7, py - 4, 6.5),
        fill: term.colour,
        stroke: c.rim,
      }),
      s("text", { x: r(px + 20), y: r(py) }, typeLabel(term.name)),
    );
  }
  for (const modality of modalities) {
    const [px, py] = step(80 + modalityLabel(modality).length * 7);
    const line = style({ modality, symmetric: false });
    group.append(
      s("path", {
        d: `M${r(px)} ${r(py - 4)}h36`,
        stroke: modality === "denied" ? c.denied : c.line,
        "stroke-width": 2.5,
        "stroke-dasharray": line.gap > 0 ? `${line.dash} ${line.gap}` : null,
      }),
      s("text", { x: r(px + 42), y: r(py) }, modalityLabel(modality)),
    );
  }
  return { group, height: atY - y + 28 };
}

function svgText(picture: Picture, title: string): string {
  return new XMLSerializer().serializeToString(toSvg(picture, title));
}

/** Saves the picture as SVG. */
export function saveSvg(picture: Picture, title: string): void {
  save(fileName(title, "svg"), "image/svg+xml", svgText(picture, title));
}

/** Saves the picture as PNG, at twice its size unless that is too large for a browser. */
export async function savePng(picture: Picture, title: string): Promise<void> {
  const svg = toSvg(picture, title);
  const [across, down] = [Number(svg.getAttribute("width")), Number(svg.getAttribute("height"))];
  const scale = Math.min(2, 8000 / Math.max(across, down));
  const image = new Image();
  const address = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }),
  );
  try {
    image.src = address;
    await image.decode();
    const canvas = h("canvas", {
      width: Math.round(across * scale),
      height: Math.round(down * scale),
    });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
    if (blob === null) throw new Error("The picture is too large for a PNG here: take SVG.");
    save(fileName(title, "png"), "image/png", blob);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Saves the statements that are seen as CSV. */
export function saveCsv(picture: Picture, title: string): void {
  const rows = [...picture.edges.values()].map((edge) => [
    picture.name(edge.source),
    edge.label,
    picture.name(edge.target),
    edge.modality,
    edge.belief,
    edge.documents,
    edge.latest ?? "",
    edge.source,
    edge.predicate,
    edge.target,
    edge.id,
  ]);
  const head =
    "subject,relation,object,certainty,belief,documents,latest,subject_id,predicate,object_id,statement_id";
  save(fileName(title, "csv"), "text/csv;charset=utf-8", toCsv([head.split(","), ...rows]));
}

const AT_ONCE = 500;

/** Saves what the store holds of the statements that are seen, as Turtle that the server writes. */
export async function saveTurtle(
  picture: Picture,
  title: string,
  signal: AbortSignal,
): Promise<void> {
  const ids = [...picture.edges.keys()].filter((id) => /^[0-9a-f]{8,64}$/.test(id));
  const parts: string[] = [];
  for (let i = 0; i < ids.length; i += AT_ONCE) {
    const statements = ids.slice(i, i + AT_ONCE).map((id) => `<${IRI}statement/${id}>`);
    const query = `PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX ent: <https://w3id.org/entente/ontology#>
CONSTRUCT { ?s ?p ?o } WHERE {
  { VALUES ?s { ${statements.join(" ")} } ?s ?p ?o }
  UNION { VALUES ?st { ${statements.join(" ")} } ?st rdf:subject|rdf:object ?s . ?s ?p ?o . FILTER(isIRI(?s)) FILTER NOT EXISTS { ?p a ent:Predicate } FILTER(!STRSTARTS(STR(?p), STR(ent:)) || ?p IN (ent:inCatalogue, ent:amount, ent:currency)) }
  UNION { VALUES ?st { ${statements.join(" ")} } ?st rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o . ?s ?p ?o }
  UNION { VALUES ?st { ${statements.join(" ")} } ?s ent:evidenceFor ?st ; ?p ?o }
}`;
    const answer = await ask("/sparql", {
      method: "POST",
      type: "application/sparql-query",
      body: query,
      accept: "text/turtle",
      signal,
    });
    parts.push(await answer.text());
  }
  // No node of the graph is blank, so parts written one after another are one graph.
  save(fileName(title, "ttl"), "text/turtle", parts.join("\n"));
}

// Characters that XML 1.0 cannot hold at all are left out, not escaped.
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function xml(value: string | number | boolean): string {
  return String(value)
    .replace(NOT_XML, "")
    .replace(/[&<>"'\n\r\t]/g, (found) => `&#${found.charCodeAt(0)};`);
}

const NODE_FIELDS = ["kind", "type", "statements"] as const;
const EDGE_FIELDS = [
  "predicate",
  "symmetric",
  "modality",
  "belief",
  "documents",
  "latest",
] as const;
const KINDS: Readonly<Record<string, string>> = {
  belief: "double",
  statements: "integer",
  documents: "integer",
  symmetric: "boolean",
};

/** What is seen as GEXF 1.3, with places and colours, for Gephi and others. */
export function toGexf(picture: Picture, title: string): string {
  const declare = (names: readonly string[]): string =>
    names
      .map((name, i) => {
        const type = KINDS[name] ?? "string";
        return `<attribute id="${i}" title="${name}" type="${type}"/>`;
      })
      .join("");
  const values = (fields: readonly (string | number | boolean | null)[]): string =>
    fields
      .map((value, i) => (value === null ? "" : `<attvalue for="${i}" value="${xml(value)}"/>`))
      .join("");
  const nodes = [...picture.nodes.values()].map((node) => {
    const [red, green, blue] = [1, 3, 5].map((at) =>
      Number.parseInt(node.colour.slice(at, at + 2), 16),
    );
    const shape = node.shape === "circle" ? "disc" : node.shape === "hexagon" ? "disc" : node.shape;
    return `<node id="${xml(node.id)}" label="${xml(node.name)}"><attvalues>${values(
      NODE_FIELDS.map((name) => node[name]),
    )}</attvalues><viz:color r="${red}" g="${green}" b="${blue}"/><viz:position x="${r(node.x)}" y="${r(node.y)}" z="0.0"/><viz:size value="${node.size}"/><viz:shape value="${shape}"/></node>`;
  });
  const edges = [...picture.edges.values()].map((edge) => {
    // Readers (networkx is one) refuse a file that has edges of both kinds, so all are directed.
    return `<edge id="${xml(edge.id)}" source="${xml(edge.source)}" target="${xml(edge.target)}" label="${xml(edge.label)}" weight="${edge.belief.toFixed(4)}"><attvalues>${values(
      EDGE_FIELDS.map((name) => edge[name]),
    )}</attvalues></edge>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
<meta><creator>Entente</creator><description>${xml(title)}</description></meta>
<graph defaultedgetype="directed" mode="static">
<attributes class="node">${declare(NODE_FIELDS)}</attributes>
<attributes class="edge">${declare(EDGE_FIELDS)}</attributes>
<nodes>
${nodes.join("\n")}
</nodes>
<edges>
${edges.join("\n")}
</edges>
</graph>
</gexf>
`;
}

/** Saves what is seen as GEXF. */
export function saveGexf(picture: Picture, title: string): void {
  save(fileName(title, "gexf"), "application/gexf+xml", toGexf(picture, title));
}
