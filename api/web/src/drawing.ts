// How nodes and lines look to sigma: shapes, dashes, names, and what changes where one is chosen.

import type Graph from "graphology";
import Sigma from "sigma";
import {
  extremityArrow,
  extremityBar,
  layerDashed,
  layerFill,
  pathCurved,
  pathLine,
  pathLoop,
  sdfCircle,
  sdfDiamond,
  sdfSquare,
  sdfTriangle,
} from "sigma/rendering";
import type { Colours } from "./colours";

export const WHOLE = 20_000; // pixels of a line without gaps
const SHADOW = 12; // pixels that the shadow of what is pointed at reaches
const THIN = 0.5; // the share of their width that lines keep where there are many

/** Whether this browser can draw. */
export function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

/** What is looked at now, asked anew for each frame that needs it. */
export interface Look {
  isDim(id: string): boolean;
  isNear(id: string): boolean;
  isSelected(id: string): boolean;
  /** Whether a line shows its name. */
  isNamed(id: string, hovered: boolean): boolean;
  /** How large nodes are drawn. */
  scale(): number;
  /** Whether there is so much that it has to be drawn in the plainer way. */
  readonly large: boolean;
}

const HEXAGON = {
  name: "hexagon",
  inradiusFactor: Math.sqrt(3) / 2,
  uniforms: [],
  // The distance to a regular hexagon: fold the plane to one sixth, then measure to one side.
  glsl: `
float sdf_hexagon(vec2 uv, float size) {
  const vec3 k = vec3(-0.866025404, 0.5, 0.577350269);
  float r = size * 0.866025404;
  vec2 p = abs(uv);
  p -= 2.0 * min(dot(k.xy, p), 0.0) * k.xy;
  p -= vec2(clamp(p.x, -k.z * r, k.z * r), r);
  return length(p) * sign(p.y);
}`,
};

/** A line around each node that stands out from the ground also where the colour does not. */
function rim(colour: string) {
  const [red, green, blue] = [1, 3, 5].map(
    (at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255,
  );
  const rgb = [red, green, blue].map((part) => (part ?? 0).toFixed(4)).join(", ");
  return {
    name: "rim",
    uniforms: [],
    attributes: [],
    glsl: `
vec4 layer_rim() {
  float inside = smoothstep(-2.6, -1.4, context.sdf / max(context.pixelToUV, 1e-6));
  return vec4(${rgb}, inside);
}`,
  };
}

/**
 * The drawing of `graph` in `place`. Where there is much, lines are straight and thin, since one path
 * that is no curve takes a quarter of the time of three, and neither lines nor names are drawn while
 * the view moves.
 */
export function drawing(graph: Graph, place: HTMLElement, c: Colours, look: Look): Sigma {
  const { large } = look;
  return new Sigma(graph, place, {
    primitives: {
      nodes: {
        shapes: [
          sdfCircle(),
          sdfSquare({ cornerRadius: 0.12 }),
          sdfTriangle(),
          sdfDiamond(),
          HEXAGON,
        ],
        layers: [layerFill(), rim(c.rim)],
        label: { font: { family: "Inter Variable", weight: "560", size: 13 }, margin: 5 },
      },
      edges: {
        variables: {
          dashSize: { type: "number", default: WHOLE },
          gapSize: { type: "number", default: 0 },
        },
        paths: large ? [pathLine()] : [pathLine(), pathCurved(), pathLoop()],
        extremities: [
          extremityArrow({ lengthRatio: 4.2, widthRatio: 3.4 }),
          extremityBar({ lengthRatio: 0.9, widthRatio: 4.5 }),
        ],
        layers: [
          layerDashed({
            dashSize: { attribute: "dashSize", default: WHOLE, mode: "pixels" },
            gapSize: { attribute: "gapSize", default: 0, mode: "pixels" },
            solidExtremities: true,
            align: 0,
          }),
        ],
        // A name that does not fit its line is left out and not cut; zooming in brings it.
        label: {
          fontSizeMode: "fixed",
          minVisibilityThreshold: 0.98,
          fullVisibilityThreshold: 1,
        },
      },
    },
    styles: {
      nodes: {
        x: { attribute: "x" },
        y: { attribute: "y" },
        size: (a) => a["size"] * look.scale(),
        color: { attribute: "colour" },
        shape: { attribute: "shape" },
        label: { attribute: "label" },
        labelColor: c.text,
        labelSize: 13,
        labelFont: "560 Inter Variable",
        labelPosition: { attribute: "side", defaultValue: "right" },
        labelVisibility: (a, state) =>
          state.isHovered || look.isNear(a["id"]) ? "visible" : "auto",
        labelBackgroundColor: c.veil,
        labelBackgroundPadding: 2,
        opacity: (a) => (look.isDim(a["id"]) ? 0.4 : 1),
        // Behind a pale node stands the ground, or the lines that end in its middle would show through.
        backdropVisibility: (a, state) =>
          state.isHovered || look.isSelected(a["id"]) || (look.isDim(a["id"]) && !large)
            ? "visible"
            : "hidden",
        backdropArea: (a, state) => (look.isDim(a["id"]) && !state.isHovered ? "node" : "both"),
        backdropColor: c.paper,
        backdropBorderColor: c.accent,
        backdropBorderWidth: (a, state) =>
          look.isDim(a["id"]) && !state.isHovered ? 0 : look.isSelected(a["id"]) ? 2 : 1,
        backdropShadowBlur: (a, state) => (look.isDim(a["id"]) && !state.isHovered ? 0 : SHADOW),
        backdropCornerRadius: 8,
        backdropPadding: (a, state) => (look.isDim(a["id"]) && !state.isHovered ? 0 : 5),
        backdropLabelPadding: 5,
        depth: (a, state) => (state.isHovered || look.isSelected(a["id"]) ? "topNodes" : "nodes"),
        cursor: "pointer",
      },
      edges: {
        path: "straight",
        parallelPath: large ? "straight" : "curved",
        selfLoopPath: large ? "straight" : "loop",
        parallelSpread: 0.3,
        size: (a, state) =>
          a["size"] * (large ? THIN : 1) + (state.isHovered || look.isSelected(a["id"]) ? 1.6 : 0),
        color: (a, state) => (state.isHovered || look.isSelected(a["id"]) ? c.accent : a["colour"]),
        opacity: (a) => (look.isDim(a["id"]) ? 0.25 : 0.9),
        head: { attribute: "head" },
        dashSize: { attribute: "dashSize" },
        gapSize: { attribute: "gapSize" },
        label: (a, state) => (look.isNamed(a["id"], state.isHovered) ? a["label"] : ""),
        labelColor: c.text,
        labelSize: 11,
        labelFont: "Inter Variable",
        labelBackgroundColor: c.paper,
        labelBackgroundPadding: 2,
        labelVisibility: (a, state) =>
          state.isHovered || look.isNear(a["id"]) ? "visible" : "auto",
        depth: (a, state) => (state.isHovered || look.isSelected(a["id"]) ? "topEdges" : "edges"),
        cursor: "pointer",
      },
    },
    settings: {
      autoRescale: "once",
      itemSizesReference: "screen",
      zoomToSizeRatioFunction: (ratio) => ratio ** 0.35,
      enableEdgeEvents: true,
      enableNodeDrag: true,
      enableCameraRotation: false,
      renderEdgeLabels: true,
      edgeLabelAnchors: "allNodes",
      hideEdgesOnMove: large,
      hideLabelsOnMove: large,
      pickingDownSizingRatio: large ? 4 : 2,
      edgePickingPadding: 6,
      nodePickingPadding: 3,
      nodeLabelEvents: "extend",
      edgeLabelEvents: "extend",
      labelDensity: large ? 0.5 : 1.4,
      labelGridCellSize: large ? 120 : 80,
      labelRenderedSizeThreshold: 4,
      stagePadding: 0,
      minCameraRatio: 0.02,
      maxCameraRatio: 12,
      minEdgeThickness: 1.1,
      allowInvalidContainer: true,
      gestureTarget: window.matchMedia("(pointer: coarse)").matches ? "shared" : "graph",
    },
  });
}
