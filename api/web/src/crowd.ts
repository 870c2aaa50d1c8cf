// What is drawn in another way where there is much of it, so that it still moves, and can be seen.

const MANY_LINES = 1500; // lines from which they are straight, and left out while the view moves
const ROOM = 400; // nodes that have room at full size
const SMALLEST = 0.28; // the least share of their size that nodes shrink to

/** Whether a picture is drawn in the plainer way. */
export function isLarge(lines: number): boolean {
  return lines > MANY_LINES;
}

/** The share of their size at which nodes are drawn, so that many do not hide each other. */
export function shrink(nodes: number): number {
  return nodes <= ROOM ? 1 : Math.max(SMALLEST, Math.sqrt(ROOM / nodes));
}
