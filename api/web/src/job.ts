// Many documents that the server reads one after the other: how far it is, what could not be read.

import { ask, get } from "./api";
import { button, h, notice, say, show } from "./dom";
import { forgetDocuments } from "./statement";
import type { Job } from "./types";
import { count, plural } from "./words";

const PAUSE = 600; // milliseconds between two looks
const TOLD = 50; // documents that could not be read, up to which each is named

/** Follows a job in `place` until its end; it can be stopped. */
export async function follow(
  place: HTMLElement,
  id: string,
  token: string | null,
  signal: AbortSignal,
): Promise<void> {
  const path = `/jobs/${encodeURIComponent(id)}`;
  const bar = h("progress", { max: 1, value: 0, "aria-label": "Documents read" });
  const words = h("p", { role: "status" });
  const stop = button(
    "Stop",
    () => {
      ask(path, { method: "DELETE", token }).catch((error: unknown) => {
        notice(error instanceof Error ? error.message : String(error));
      });
    },
    { icon: "stop" },
  );
  const body = h("div", { class: "job" }, h("h2", { tabindex: "-1" }, "Reading"), bar, words, stop);
  show(place, body);
  for (;;) {
    const job = await get<Job>(path, signal);
    bar.max = Math.max(1, job.total);
    bar.value = job.done + job.failed;
    words.textContent = `${count(job.done)} of ${plural(job.total, "document")} read${
      job.failed > 0 ? `, ${count(job.failed)} could not be` : ""
    }`;
    if (job.state !== "waiting" && job.state !== "running") {
      forgetDocuments();
      stop.remove();
      words.textContent = `${words.textContent}. ${end(job)}`;
      say(words.textContent);
      body.append(
        ...failures(job),
        h("p", {}, h("a", { href: "#/documents" }, "See all documents")),
      );
      return;
    }
    await new Promise((done) => window.setTimeout(done, PAUSE));
    signal.throwIfAborted();
  }
}

function end(job: Job): string {
  if (job.state === "stopped") return "Stopped. What was read before is stored.";
  if (job.state === "failed")
    return `The rest was given up: ${job.error ?? "the server says no more."}`;
  return job.failed > 0 ? "" : "All are read.";
}

/** What could not be read, and why. */
function failures(job: Job): HTMLElement[] {
  const failed = job.items.filter((item) => item.state === "failed");
  if (failed.length === 0) return [];
  const more = failed.length - TOLD;
  return [
    h("h3", { class: "section" }, "Not read"),
    h(
      "ul",
      {},
      ...failed
        .slice(0, TOLD)
        .map((item) =>
          h(
            "li",
            {},
            !item.error?.startsWith(item.name) && h("b", {}, `${item.name}: `),
            item.error,
          ),
        ),
      more > 0 && h("li", {}, `and ${count(more)} more`),
    ),
  ];
}
