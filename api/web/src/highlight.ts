// Text with marked stretches. Offsets count characters as Python does, by code points; JavaScript
// counts a few (emoji, rare letters) twice, so texts that have such are measured first.

import { type Child, h } from "./dom";

export interface Stretch {
  start: number;
  end: number;
  /** Becomes a class. */
  kind: string;
  title?: string;
  href?: string;
  colour?: string;
}

/** Turns offsets in code points into those of JavaScript. */
export function offsets(text: string): (at: number) => number {
  if (!/[\ud800-\udbff]/.test(text)) return (at) => at;
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  starts.push(at);
  return (point) => starts[Math.min(point, starts.length - 1)] ?? text.length;
}

/** The text between `from` and `to` (code points) with its stretches marked. */
export function highlighted(
  text: string,
  stretches: readonly Stretch[],
  from = 0,
  to = Number.POSITIVE_INFINITY,
): Node[] {
  const at = offsets(text);
  const end = to === Number.POSITIVE_INFINITY ? text.length : at(to);
  const nodes: Node[] = [];
  let done = at(from);
  const inside = stretches
    .map((each) => ({ ...each, start: at(each.start), end: at(each.end) }))
    .filter((each) => each.start >= done && each.end <= end && each.end > each.start)
    // The longer of two that begin together comes first; what lies across another is left out.
    .sort((a, b) => a.start - b.start || b.end - a.end);
  for (const each of inside) {
    if (each.start < done) continue;
    if (each.start > done) nodes.push(document.createTextNode(text.slice(done, each.start)));
    const content: Child = text.slice(each.start, each.end);
    const attributes = {
      class: `hl hl-${each.kind}`,
      title: each.title,
      style: each.colour === undefined ? {} : { "--of": each.colour },
    };
    nodes.push(
      each.href === undefined
        ? h("mark", attributes, content)
        : h("a", { ...attributes, href: each.href }, content),
    );
    done = each.end;
  }
  if (done < end) nodes.push(document.createTextNode(text.slice(done, end)));
  return nodes;
}
