// Arranges nodes away from the page's thread, in small steps, each told at once where the reader
// shall see it move.

import { Arrangement, type LayoutReport, type LayoutTask } from "./arrangement";

let current = 0;

function run(task: LayoutTask): void {
  const arrangement = new Arrangement(task.nodes, task.edges);
  const report = (done: boolean): void => {
    const positions = arrangement.positions();
    const message: LayoutReport = { id: task.id, positions, done, step: arrangement.step };
    postMessage(message, { transfer: [positions.buffer] });
  };
  const slice = (): void => {
    if (task.id !== current) return;
    const until = performance.now() + (task.every > 0 ? task.every : 200);
    while (arrangement.step < task.steps && performance.now() < until) arrangement.next();
    if (arrangement.step >= task.steps) {
      report(true);
      return;
    }
    if (task.every > 0) report(false);
    // Between two slices a newer task can take over.
    setTimeout(slice, 0);
  };
  slice();
}

self.addEventListener("message", (event: MessageEvent<LayoutTask | { id: number; stop: true }>) => {
  current = event.data.id;
  if (!("stop" in event.data)) run(event.data);
});
