// Where nodes and their names stand: rings around a middle, names on the free sides of their nodes,
// nothing upon anything else, and all of it within the part of the place that is free.

import type { Drawn, Picture } from "./picture";
import { short } from "./picture";

const MOST_RINGED = 44;
const MOST_NAMED = 250; // nodes up to which all names are meant to be read
const NAME = "560 13px 'Inter Variable'";
const LINE = "11px sans-serif"; // sigma draws the names of lines in this font only
const LARGEST = 2.2; // pixels that a step takes at most, so that a few nodes are not blown up
const NEAR = 0.66; // how far the nearer of two rings reaches
const MOST_TURNS = 24; // turns of a ring that are tried
const GAP = 12; // pixels between two things at least

/** The part of a place that nodes and names may cover, in pixels from its upper left. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** How nodes are drawn: how large, and whether names stand above and below only. */
export interface Manner {
  scale: number;
  narrow: boolean;
}

/** How far a node and its name reach from its middle, in pixels. */
interface Reach {
  left: number;
  right: number;
  up: number;
  down: number;
}

const widths = new Map<string, number>();
let pen: CanvasRenderingContext2D | null = null;

function textWidth(text: string, font: string): number {
  const key = `${font} ${text}`;
  let found = widths.get(key);
  if (found === undefined) {
    pen ??= document.createElement("canvas").getContext("2d");
    if (pen !== null) pen.font = font;
    found = pen?.measureText(text).width ?? text.length * 7;
    widths.set(key, found);
  }
  return found;
}

function reach(node: Drawn, manner: Manner, named: boolean): Reach {
  const size = node.size * manner.scale;
  const plain = { left: size, right: size, up: size, down: size };
  if (!named) return plain;
  const across = textWidth(short(node.name), NAME) + 5;
  switch (node.side) {
    case "left":
      return { ...plain, left: size + across };
    case "right":
      return { ...plain, right: size + across };
    case "above":
      return { left: wide(size, across), right: wide(size, across), up: size + 22, down: size };
    default:
      return { left: wide(size, across), right: wide(size, across), up: size, down: size + 22 };
  }
}

const wide = (size: number, across: number): number => Math.max(size, across / 2);

/** Puts each name to the side on which there are the fewest lines. */
export function placeNames(picture: Picture, manner: Manner): void {
  const pull = new Map<string, [number, number, number]>();
  const note = (from: Drawn, to: Drawn): void => {
    const away = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const [x, y, n] = pull.get(from.id) ?? [0, 0, 0];
    pull.set(from.id, [x + (to.x - from.x) / away, y + (to.y - from.y) / away, n + 1]);
  };
  for (const edge of picture.edges.values()) {
    const [a, b] = [picture.nodes.get(edge.source), picture.nodes.get(edge.target)];
    if (a === undefined || b === undefined || a === b) continue;
    note(a, b);
    note(b, a);
  }
  for (const node of picture.nodes.values()) {
    const [x, y, n] = pull.get(node.id) ?? [0, 0, 0];
    // Lines from all around leave no good side; below is the least bad.
    if (n > 3 && Math.hypot(x, y) / n < 0.45) node.side = "below";
    else if (manner.narrow || Math.abs(y) > Math.abs(x) * 2.2)
      node.side = y > 0 ? "below" : "above";
    else node.side = x > 0 ? "left" : "right";
  }
}

/** How the plane is laid over a frame: pixels a step, and the pixel at which its origin lies. */
export interface Fit {
  unit: number;
  x: number;
  y: number;
}

/** As large as all nodes and names still lie within the frame, and in its middle. */
export function fit(picture: Picture, frame: Frame, manner: Manner): Fit {
  const nodes = [...picture.nodes.values()];
  const named = nodes.length <= MOST_NAMED;
  const reaches = nodes.map((node) => reach(node, manner, named));
  const span = (unit: number, down: boolean): [number, number] => {
    let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    nodes.forEach((node, i) => {
      const each = reaches[i] as Reach;
      const at = unit * (down ? -node.y : node.x);
      from = Math.max(from, (down ? frame.top + each.up : frame.left + each.left) - at);
      to = Math.min(to, (down ? frame.bottom - each.down : frame.right - each.right) - at);
    });
    return [from, to];
  };
  const fits = (unit: number): boolean =>
    [false, true].every((down) => {
      const [from, to] = span(unit, down);
      return from <= to;
    });
  let [least, most] = [0, LARGEST];
  if (fits(most)) least = most;
  for (let round = 0; round < 30 && least < most; round += 1) {
    const middle = (least + most) / 2;
    if (fits(middle)) least = middle;
    else most = middle;
  }
  const unit = Math.max(least, 0.001);
  const middle = (down: boolean): number => {
    const [from, to] = span(unit, down);
    return (from + to) / 2;
  };
  return { unit, x: middle(false), y: middle(true) };
}

/**
 * Pushes nodes apart that would hide each other or their names at `unit` pixels a step; those in
 * `fixed` stay, and all stay within the frame of `held` around its node, where it is given.
 */
export function spread(
  picture: Picture,
  unit: number,
  manner: Manner,
  held: { id: string; within: Frame } | null = null,
  fixed: ReadonlySet<string> = new Set(held === null ? [] : [held.id]),
): void {
  const nodes = [...picture.nodes.values()];
  if (nodes.length > MOST_NAMED) return;
  const reaches = nodes.map((node) => reach(node, manner, true));
  const shift = (node: Drawn, x: number, y: number): void => {
    if (fixed.has(node.id)) return;
    node.x += x / unit;
    node.y += y / unit;
  };
  for (let round = 0; round < 120; round += 1) {
    let moved = false;
    for (let i = 0; i < nodes.length; i += 1) {
      for (let k = i + 1; k < nodes.length; k += 1) {
        const [a, b, ra, rb] = [nodes[i], nodes[k], reaches[i], reaches[k]];
        if (!a || !b || !ra || !rb) continue;
        const [dx, dy] = [(b.x - a.x) * unit, (b.y - a.y) * unit];
        const overX = (dx < 0 ? ra.left + rb.right : ra.right + rb.left) + GAP - Math.abs(dx);
        const overY = (dy < 0 ? ra.down + rb.up : ra.up + rb.down) + GAP - Math.abs(dy);
        if (overX <= 0 || overY <= 0 || (fixed.has(a.id) && fixed.has(b.id))) continue;
        moved = true;
        // The shorter way out; a part of it at a time, so that others can follow.
        const share = fixed.has(a.id) || fixed.has(b.id) ? 2 / 3 : 1 / 3;
        if (overX * 0.6 < overY) {
          const step = overX * share * (dx < 0 ? -1 : 1);
          shift(a, -step, 0);
          shift(b, step, 0);
        } else {
          const step = overY * share * (dy < 0 ? -1 : 1);
          shift(a, 0, -step);
          shift(b, 0, step);
        }
      }
    }
    if (held !== null) {
      nodes.forEach((node, i) => {
        inside(node, reaches[i] as Reach, unit, held);
      });
    }
    if (!moved) return;
  }
}

function inside(node: Drawn, each: Reach, unit: number, held: { id: string; within: Frame }): void {
  if (node.id === held.id) return;
  const { left, right, top, bottom } = held.within;
  const clamp = (at: number, low: number, high: number): number =>
    Math.max(Math.min(low, high), Math.min(Math.max(low, high), at));
  node.x = clamp(node.x * unit, left + each.left, right - each.right) / unit;
  node.y = clamp(node.y * unit, -bottom + each.down, -top - each.up) / unit;
}

/**
 * Puts everything around `centre` so that it fills the frame, kinds side by side, and turned so that
 * the fewest names lie on lines; false where rings would hide what the others have to do with each
 * other.
 */
export function ring(picture: Picture, centre: string, frame: Frame, manner: Manner): boolean {
  const middle = picture.nodes.get(centre);
  const others = [...picture.nodes.values()].filter((node) => node.id !== centre);
  if (middle === undefined || others.length === 0 || others.length > MOST_RINGED) return false;
  const across = [...picture.edges.values()].filter(
    (edge) => edge.source !== centre && edge.target !== centre,
  );
  if (across.length > others.length / 4) return false;
  others.sort((a, b) => (a.type + a.name < b.type + b.name ? -1 : 1));
  let [best, least] = [() => 0, Number.POSITIVE_INFINITY];
  for (const rings of others.length > 7 ? [2, 1] : [1]) {
    for (let turn = 0; turn < Math.min(others.length, MOST_TURNS) && least > 0; turn += 1) {
      const order = [...others.slice(turn), ...others.slice(0, turn)];
      const place = () => surround(picture, middle, order, rings, frame, manner);
      const clashes = place();
      if (clashes < least) [best, least] = [place, clashes];
    }
  }
  best();
  return true;
}

/** Puts `others` around `middle` in their order; how many names lie on others or on lines comes back. */
function surround(
  picture: Picture,
  middle: Drawn,
  others: readonly Drawn[],
  rings: number,
  frame: Frame,
  manner: Manner,
): number {
  const count = others.length;
  const [wide, high] = [frame.right - frame.left, frame.bottom - frame.top];
  // No line leads straight down, where the name of the middle stands.
  const gap = count < 3 ? 0 : 1.1;
  const turns = others.map((_, i) =>
    count < 3 ? Math.PI * i : -Math.PI / 2 - gap / 2 - ((2 * Math.PI - gap) * (i + 0.5)) / count,
  );
  const lowest = Math.min(-0.2, ...turns.map(Math.sin));
  // A few stand near; many take all the room there is.
  const halfX = Math.min(wide / 2 - 40, 210 + 22 * count);
  const halfY = Math.min((high - 84) / (1 - lowest), 150 + 16 * count);
  middle.x = 0;
  middle.y = 0;
  const named = new Map<string, number>();
  for (const edge of picture.edges.values()) {
    const other = edge.source === middle.id ? edge.target : edge.source;
    named.set(other, Math.max(named.get(other) ?? 0, textWidth(edge.label, LINE)));
  }
  let isNear = true;
  others.forEach((node, i) => {
    const turn = turns[i] ?? 0;
    const [x, y] = [halfX * Math.cos(turn), halfY * Math.sin(turn)];
    // Every other one stands nearer, so that names have room, unless its line could not be named.
    const need = middle.size + node.size + (named.get(node.id) ?? 0) + 56;
    isNear = rings > 1 && !isNear && (manner.scale < 1 || NEAR * Math.hypot(x, y) > need);
    node.x = ((isNear ? NEAR : 1) * x) / LARGEST;
    node.y = ((isNear ? NEAR : 1) * y) / LARGEST;
  });
  // The frame as seen from the middle of the ring.
  const top = -halfY - 42;
  const held = {
    id: middle.id,
    within: { left: -wide / 2, right: wide / 2, top, bottom: high + top },
  };
  // Names go to other sides as nodes move, and nodes make room for names.
  placeNames(picture, manner);
  for (let round = 0; round < 3; round += 1) {
    for (const node of others) inside(node, reach(node, manner, true), LARGEST, held);
    spread(picture, LARGEST, manner, held);
    placeNames(picture, manner);
  }
  return clashes(middle, others, manner);
}

/** How many names lie on another node, or on the line of one. */
function clashes(middle: Drawn, others: readonly Drawn[], manner: Manner): number {
  let found = 0;
  for (const node of others) {
    const each = reach(node, manner, true);
    const [x, y] = [(node.x - middle.x) * LARGEST, (middle.y - node.y) * LARGEST];
    for (const other of others) {
      if (other === node) continue;
      const [toX, toY] = [(other.x - middle.x) * LARGEST, (middle.y - other.y) * LARGEST];
      const their = reach(other, manner, true);
      const besides = toX > x ? each.right + their.left : each.left + their.right;
      const above = toY > y ? each.down + their.up : each.up + their.down;
      if (Math.abs(toX - x) < besides && Math.abs(toY - y) < above) found += 1;
      for (let step = 1; step < 24; step += 1) {
        const [dx, dy] = [(toX * step) / 24 - x, (toY * step) / 24 - y];
        if (dx > -each.left - 3 && dx < each.right + 3 && dy > -each.up && dy < each.down) {
          found += 1;
          break;
        }
      }
    }
  }
  return found;
}
