// A text of the reader's own: what it says is shown first, and stored only when asked.

import { ask, isAbort, Problem } from "./api";
import { reading } from "./document";
import { button, h, say, show } from "./dom";
import { follow } from "./job";
import { failure, waiting } from "./parts";
import { href, type Place, parameters } from "./router";
import { forgetDocuments } from "./statement";
import type { Added, Job } from "./types";
import type { Mounted, ViewContext } from "./view";
import { count, plural } from "./words";

const EXAMPLE = `Japan is assessing the Anka and Bayraktar TB2 drones, Turkish Defense Minister Yasar Guler said on Monday. Tokyo may buy them next year. Turkey has not bought the S-500.`;

/** Kinds of files, and what they are called when they are sent. */
const KINDS: Readonly<Record<string, string>> = {
  txt: "text/plain",
  md: "text/markdown",
  html: "text/html",
  htm: "text/html",
  pdf: "application/pdf",
};
const MANY: Readonly<Record<string, string>> = {
  jsonl: "application/x-ndjson",
  ndjson: "application/x-ndjson",
  zip: "application/zip",
};

const ending = (name: string): string => name.split(".").at(-1)?.toLowerCase() ?? "";

/** The view that reads a text or files. */
export function addView(_: Place, context: ViewContext): Mounted {
  context.title("Add a text");
  let token: string | null = null;
  let file: File | null = null;
  let running: AbortController | null = null;
  const result = h("div", { class: "result", "aria-live": "off" });
  const text = h("textarea", {
    id: "text",
    name: "text",
    rows: 10,
    placeholder: "Paste an article here, or drop a file on this field.",
    "aria-describedby": "text-hint",
  });
  const title = h("input", { id: "title", type: "text", maxlength: 1000 });
  const date = h("input", { id: "date", type: "date" });
  const source = h("input", {
    id: "source",
    type: "text",
    maxlength: 2000,
    placeholder: "the address or the name of the publisher",
  });
  const chosen = h("p", { class: "chosen-file", hidden: true });
  const picker = h("input", {
    type: "file",
    id: "file",
    class: "unseen",
    multiple: true,
    accept: ".txt,.md,.html,.htm,.pdf,.jsonl,.ndjson,.zip",
    change: () => take([...(picker.files ?? [])]),
  });

  const take = (files: readonly File[]): void => {
    const [first] = files;
    if (first === undefined) return;
    const isMany = files.length > 1 || ending(first.name) in MANY;
    if (isMany) {
      void many(files);
      return;
    }
    if (!(ending(first.name) in KINDS)) {
      show(
        result,
        failure(
          new Error(
            `${first.name} is of a kind that is not read here: take .txt, .md, .html, .pdf, or several as .jsonl or .zip.`,
          ),
        ),
      );
      return;
    }
    if (["txt", "md"].includes(ending(first.name))) {
      void first.text().then((content) => {
        text.value = content;
        file = null;
        chosen.hidden = true;
        if (ending(first.name) === "md") file = first;
        if (file !== null) {
          chosen.hidden = false;
          show(chosen, `${first.name}: its first lines can name title, date and source. `, drop());
        }
        void send(true);
      });
      return;
    }
    file = first;
    chosen.hidden = false;
    show(chosen, `${first.name}, ${count(Math.ceil(first.size / 1024))} KiB. `, drop());
    void send(true);
  };
  const drop = (): HTMLElement =>
    button(
      "Leave it out",
      () => {
        file = null;
        picker.value = "";
        chosen.hidden = true;
        text.focus();
      },
      { class: "button quiet small" },
    );
  text.addEventListener("input", () => {
    if (file !== null) {
      file = null;
      chosen.hidden = true;
    }
  });

  const send = async (isDry: boolean): Promise<void> => {
    if (file === null && text.value.trim() === "") {
      show(result, failure(new Error("There is no text yet: paste one, or choose a file.")));
      text.focus();
      return;
    }
    running?.abort();
    running = new AbortController();
    const own = running;
    const signal = AbortSignal.any([context.signal, own.signal]);
    show(
      result,
      waiting(isDry ? "Reading …" : "Reading and storing …", () => own.abort()),
    );
    result.setAttribute("aria-busy", "true");
    try {
      const about = {
        title: title.value.trim(),
        date: date.value,
        source: source.value.trim(),
      };
      const answer =
        file === null
          ? await ask(`/documents${isDry ? "?dry_run=true" : ""}`, {
              method: "POST",
              type: "application/json",
              body: JSON.stringify({
                text: text.value,
                ...Object.fromEntries(Object.entries(about).filter(([, value]) => value !== "")),
              }),
              token,
              signal,
            })
          : await ask(
              `/documents?${parameters({ ...about, dry_run: isDry ? "true" : null }).toString()}`,
              {
                method: "POST",
                type: KINDS[ending(file.name)] ?? "text/plain",
                body: file,
                token,
                signal,
              },
            );
      const added = (await answer.json()) as Added;
      if (!isDry) forgetDocuments();
      shown(added, isDry);
    } catch (error) {
      if (context.signal.aborted) return;
      if (isAbort(error)) show(result, h("p", {}, "Stopped. Nothing was stored."));
      else
        show(
          result,
          refused(error, () => void send(isDry)),
        );
    } finally {
      result.removeAttribute("aria-busy");
    }
  };

  /** An error; where the server wants its token, with a field for it. */
  const refused = (error: unknown, again: () => void): HTMLElement => {
    if (!(error instanceof Problem) || error.status !== 401) return failure(error, again);
    const field = h("input", { id: "token", type: "password", autocomplete: "off" });
    return h(
      "div",
      {},
      failure(error),
      h(
        "form",
        {
          class: "token",
          submit: (event) => {
            event.preventDefault();
            token = field.value;
            again();
          },
        },
        h("label", { for: "token" }, "The server's token"),
        field,
        h("button", { type: "submit", class: "button strong" }, "Go on"),
      ),
    );
  };

  const shown = (added: Added, isDry: boolean, mark: string | null = null): void => {
    show(
      result,
      h(
        "div",
        { class: "bar-line" },
        h(
          "h2",
          { tabindex: "-1" },
          isDry ? "What it says" : added.known ? "It was there already" : "It is stored",
        ),
        isDry
          ? button("Add it to the graph", () => void send(false), {
              icon: "plus",
              class: "button strong",
            })
          : h("a", { class: "button strong", href: href(`document/${added.id}`) }, "Open it"),
      ),
      h(
        "p",
        { class: "faint" },
        isDry
          ? "Nothing is stored yet. Look whether it was read rightly."
          : `${plural(added.supports.length, "statement")} can now be found, drawn and asked.`,
      ),
      reading(added, {
        chosen: mark,
        choose: (id) => shown(added, isDry, id),
        linked: !isDry,
      }),
    );
    if (mark === null) {
      result.querySelector<HTMLElement>("h2")?.focus();
      say(
        `${plural(added.supports.length, "statement")} found. ${isDry ? "Nothing is stored yet." : "Stored."}`,
      );
    } else result.querySelector(".said.chosen")?.scrollIntoView({ block: "nearest" });
  };

  /** Several documents at once: a job on the server, followed until its end or stopped. */
  const many = async (files: readonly File[]): Promise<void> => {
    running?.abort();
    running = new AbortController();
    const own = running;
    const signal = AbortSignal.any([context.signal, own.signal]);
    show(
      result,
      waiting("Sending …", () => own.abort()),
    );
    const [first] = files;
    if (first === undefined) return;
    try {
      let answer: Response;
      if (files.length === 1) {
        answer = await ask("/jobs", {
          method: "POST",
          type: MANY[ending(first.name)] ?? "application/zip",
          body: first,
          token,
          signal,
        });
      } else {
        const form = new FormData();
        for (const each of files) form.append("files", each);
        answer = await ask("/jobs", { method: "POST", body: form, token, signal });
      }
      const job = (await answer.json()) as Job;
      await follow(result, job.id, token, signal);
    } catch (error) {
      if (context.signal.aborted) return;
      if (isAbort(error)) show(result, h("p", {}, "Stopped."));
      else
        show(
          result,
          refused(error, () => void many(files)),
        );
    }
  };

  const zone = h(
    "div",
    {
      class: "drop",
      dragover: (event) => {
        event.preventDefault();
        zone.classList.add("over");
      },
      dragleave: () => zone.classList.remove("over"),
      drop: (event) => {
        event.preventDefault();
        zone.classList.remove("over");
        take([...((event as DragEvent).dataTransfer?.files ?? [])]);
      },
    },
    h("label", { for: "text" }, "Text"),
    text,
    chosen,
    h(
      "p",
      { id: "text-hint", class: "faint" },
      "Files: text, Markdown, HTML or PDF; several at once, or as JSON lines or a zip. ",
      button("Choose files", () => picker.click(), { icon: "file", class: "button small" }),
      " ",
      button(
        "Try an example",
        () => {
          text.value = EXAMPLE;
          date.value = "2026-01-08";
          file = null;
          chosen.hidden = true;
          void send(true);
        },
        { class: "button quiet small" },
      ),
    ),
  );
  picker.setAttribute("aria-label", "Files to read");
  picker.tabIndex = -1;
  context.main.append(
    h(
      "div",
      { class: "page" },
      h("h1", { tabindex: "-1" }, "Add a text"),
      h("p", { class: "lead" }, "See what an article says before it enters the graph."),
      h(
        "form",
        {
          class: "add",
          submit: (event) => {
            event.preventDefault();
            void send(true);
          },
        },
        zone,
        picker,
        h(
          "div",
          { class: "fields" },
          h("label", {}, h("span", {}, "Title"), title),
          h("label", {}, h("span", {}, "Published on"), date),
          h("label", {}, h("span", {}, "Source"), source),
        ),
        h("button", { type: "submit", class: "button strong" }, "See what it says"),
      ),
      result,
    ),
  );
  return {
    leave: () => running?.abort(),
  };
}
