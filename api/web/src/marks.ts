// Small drawings that stand for types and lines: the same ones in lists, legends and pictures.

import { s } from "./dom";
import { STYLES } from "./picture";
import { look } from "./words";

/** The points of a shape around the middle of a square of 2 by 2, as SVG path. */
export function shapePath(shape: string, x: number, y: number, r: number): string {
  const polygon = (count: number, turn: number, reach = r): string =>
    `${Array.from({ length: count }, (_, i) => {
      const angle = turn + (2 * Math.PI * i) / count;
      const at = [x + reach * Math.cos(angle), y + reach * Math.sin(angle)];
      return `${i === 0 ? "M" : "L"}${at.map((value) => value.toFixed(2)).join(" ")}`;
    }).join("")}Z`;
  switch (shape) {
    case "square":
      return polygon(4, Math.PI / 4);
    case "triangle":
      return polygon(3, -Math.PI / 2);
    case "diamond":
      return polygon(4, 0);
    case "hexagon":
      return polygon(6, 0);
    default:
      return `M${(x - r).toFixed(2)} ${y.toFixed(2)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
  }
}

/** The sign of a type. */
export function mark(type: string): SVGSVGElement {
  return sign(look(type));
}

/** A shape in its colour, as a node of a picture has them. */
export function sign({ colour, shape }: { colour: string; shape: string }): SVGSVGElement {
  return s(
    "svg",
    { class: "mark", viewBox: "0 0 20 20", "aria-hidden": "true", focusable: "false" },
    s("path", { d: shapePath(shape, 10, shape === "triangle" ? 11.5 : 10, 8), fill: colour }),
  );
}

/** The line of a modality. */
export function line(modality: string): SVGSVGElement {
  const style = STYLES[modality];
  return s(
    "svg",
    {
      class: `line line-${/^[a-z]+$/.test(modality) ? modality : "other"}`,
      viewBox: "0 0 40 12",
      "aria-hidden": "true",
      focusable: "false",
    },
    s("path", {
      d: "M1 6H33",
      "stroke-width": 2,
      "stroke-dasharray": style && style.gap > 0 ? `${style.dash} ${style.gap}` : null,
    }),
    s("path", {
      class: "head",
      d: style?.head === "bar" ? "M34 1V11" : "M32 2L39 6L32 10Z",
      "stroke-width": style?.head === "bar" ? 2.5 : 0,
    }),
  );
}
