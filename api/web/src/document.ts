// Documents: their list, one of them with what was read in it, and a text of the reader's own.

import { collect } from "./api";
import { button, h, notice, say, show } from "./dom";
import { highlighted, type Stretch } from "./highlight";
import { mark } from "./marks";
import { empty, entityLink, into, modalityChip, shareButton, valueNode } from "./parts";
import { changed, entityHref, here, href, type Place, put, rest } from "./router";
import { documentOf } from "./statement";
import { csvButton, table } from "./table";
import type { DocumentDetail, DocumentStatement, DocumentSummary } from "./types";
import type { Mounted, ViewContext } from "./view";
import {
  count,
  day,
  look,
  plural,
  predicateLabel,
  publisher,
  sentence,
  typeLabel,
  valueText,
} from "./words";

const MOST = 2000;

/** The list of all documents. */
export async function documentsView(_: Place, context: ViewContext): Promise<Mounted> {
  context.title("Documents");
  const body = h("div", {});
  context.main.append(
    h(
      "div",
      { class: "page" },
      h(
        "div",
        { class: "bar-line" },
        h("h1", { tabindex: "-1" }, "Documents"),
        h("a", { class: "button strong", href: "#/add" }, "Add a text"),
      ),
      h("p", { class: "lead" }, "What the graph was read from, the newest first."),
      body,
    ),
  );
  await into(
    body,
    "Listing documents …",
    async (signal, progress) => {
      const found = await collect<DocumentSummary>("/documents?limit=200", {
        most: MOST,
        signal,
        progress: (number) => progress(`Listing documents … ${count(number)} so far`),
      });
      if (found.items.length === 0) {
        return empty(
          "There are no documents yet.",
          h(
            "p",
            {},
            "Paste an article and see what it says: ",
            h("a", { href: "#/add" }, "add a text"),
            ".",
          ),
        );
      }
      const columns = [
        {
          name: "Title",
          value: (row: DocumentSummary) => row.title,
          node: (row: DocumentSummary) =>
            h("a", { href: href(`document/${row.id}`) }, row.title || "Untitled document"),
          kind: "title",
        },
        { name: "Published by", value: (row: DocumentSummary) => publisher(row.source) },
        {
          name: "Date",
          value: (row: DocumentSummary) => row.date,
          node: (row: DocumentSummary) => day(row.date),
          kind: "date",
        },
        { name: "Statements", value: (row: DocumentSummary) => row.statements, right: true },
      ];
      return h(
        "div",
        {},
        h(
          "div",
          { class: "bar-line" },
          h(
            "p",
            { class: "faint" },
            plural(found.items.length, "document"),
            found.more && ", and more",
          ),
          csvButton("entente-documents.csv", columns, found.items),
        ),
        table("Documents", columns, found.items),
      );
    },
    { signal: context.signal, stop: true },
  );
  return {};
}

/** Mentions as links to their entities, and the sentences of one statement marked around them. */
function body(document: DocumentDetail, chosen: DocumentStatement | null): HTMLElement {
  const text = h("div", { class: "text" });
  const mentions: Stretch[] = document.mentions.map((mention) => ({
    start: mention.start,
    end: mention.end,
    kind: "mention",
    title: `${typeLabel(mention.type)}: ${mention.reason}`,
    href: entityHref(mention.entity),
    colour: look(mention.type).colour,
  }));
  const sentences = new Map<number, { start: number; end: number; statements: string[] }>();
  for (const statement of document.supports) {
    for (const evidence of statement.evidence) {
      const found = sentences.get(evidence.start) ?? {
        start: evidence.start,
        end: evidence.end,
        statements: [],
      };
      found.statements.push(statement.id);
      sentences.set(evidence.start, found);
    }
  }
  const marked = [...sentences.values()].sort((a, b) => a.start - b.start);
  const length = [...document.text].length;
  let done = 0;
  const plain = (from: number, to: number): void => {
    if (to > from) text.append(...highlighted(document.text, mentions, from, to));
  };
  for (const each of marked) {
    if (each.start < done) continue;
    plain(done, each.start);
    const isChosen = chosen !== null && each.statements.includes(chosen.id);
    text.append(
      h(
        "span",
        {
          class: isChosen ? "said chosen" : "said",
          "data-start": each.start,
        },
        ...highlighted(document.text, mentions, each.start, each.end),
        h(
          "button",
          {
            type: "button",
            class: "said-button",
            "aria-label": `${plural(each.statements.length, "statement")} in this sentence`,
            click: () => {
              const next =
                each.statements[
                  (each.statements.indexOf(chosen?.id ?? "") + 1) % each.statements.length
                ];
              put(changed(here(), { statement: next ?? null }), { quiet: true });
            },
          },
          String(each.statements.length),
        ),
      ),
    );
    done = each.end;
  }
  plain(done, length);
  return text;
}

/** The statements of a document, of which one can be chosen. */
function statementList(
  document: DocumentDetail,
  chosen: string | null,
  choose: (id: string | null) => void,
  linked: boolean,
): HTMLElement {
  if (document.supports.length === 0) {
    return empty(
      "No statement was found in it.",
      h("p", {}, "The words may be of another kind of news, or say it in a way that is not known."),
    );
  }
  return h(
    "ol",
    { class: "plain said-list" },
    ...document.supports.map((statement) => {
      const first = statement.evidence[0];
      const isChosen = statement.id === chosen;
      return h(
        "li",
        { class: isChosen ? "chosen" : null },
        h(
          "p",
          { class: "triple small" },
          linked ? entityLink(statement.subject) : h("b", {}, statement.subject.name),
          h("span", { class: "predicate" }, predicateLabel(statement.predicate)),
          linked || statement.object.kind !== "entity"
            ? valueNode(statement.object)
            : h("b", {}, valueText(statement.object)),
        ),
        h(
          "p",
          { class: "button-row" },
          ...[...new Set(statement.evidence.map((each) => each.modality))].map(modalityChip),
          first && h("span", { class: "faint" }, `sentence ${first.sentence}`),
          button(
            isChosen ? "Unmark" : "Mark in the text",
            () => choose(isChosen ? null : statement.id),
            {
              class: "button quiet small",
            },
          ),
          linked &&
            h(
              "a",
              { class: "button quiet small", href: href(`statement/${statement.id}`) },
              "Open",
              h("span", { class: "unseen" }, ` ${sentence(statement)}`),
            ),
        ),
      );
    }),
  );
}

/** Text and statements side by side. */
export function reading(
  document: DocumentDetail,
  options: { chosen: string | null; choose(id: string | null): void; linked: boolean },
): HTMLElement {
  const chosen = document.supports.find((each) => each.id === options.chosen) ?? null;
  const kinds = new Map<string, number>();
  for (const mention of document.mentions) {
    kinds.set(mention.type, (kinds.get(mention.type) ?? 0) + 1);
  }
  return h(
    "div",
    { class: "reading" },
    h(
      "div",
      {},
      h(
        "ul",
        { class: "kinds", "aria-label": "Kinds of entities in the text" },
        ...[...kinds]
          .sort((a, b) => b[1] - a[1])
          .map(([type, number]) => h("li", {}, mark(type), `${typeLabel(type)} (${number})`)),
      ),
      body(document, chosen),
    ),
    h(
      "section",
      { "aria-label": "Statements" },
      h("h2", { class: "section" }, plural(document.supports.length, "statement")),
      statementList(document, options.chosen, options.choose, options.linked),
    ),
  );
}

/** The view of one document. */
export async function documentView(place: Place, context: ViewContext): Promise<Mounted> {
  const id = rest(place);
  const page = h("div", { class: "page" });
  context.main.append(page);
  let found: DocumentDetail | null = null;
  const part = h("div", {});
  const draw = (now: Place): void => {
    if (found === null) return;
    const chosen = now.params.get("statement");
    show(
      part,
      reading(found, {
        chosen,
        linked: true,
        choose: (next) => put(changed(here(), { statement: next }), { quiet: true }),
      }),
    );
    if (chosen !== null) {
      const marked = part.querySelector(".said.chosen");
      marked?.scrollIntoView({ block: "center" });
      const statement = found.supports.find((each) => each.id === chosen);
      if (statement) say(`Marked in the text: ${sentence(statement)}`);
    }
  };
  await into(
    page,
    "Opening the document …",
    async () => {
      const document = await documentOf(id);
      found = document;
      context.title(document.title || "Document");
      draw(here());
      return h(
        "div",
        {},
        h("p", { class: "crumbs" }, h("a", { href: "#/documents" }, "← All documents")),
        h("h1", { tabindex: "-1" }, document.title || "Untitled document"),
        h(
          "p",
          { class: "button-row" },
          h("span", { class: "faint" }, `${publisher(document.source)} · ${day(document.date)}`),
          outside(document),
          shareButton(notice),
        ),
        part,
      );
    },
    { signal: context.signal },
  );
  if (here().params.get("statement") !== null) draw(here());
  return {
    update(next) {
      draw(next);
      return true;
    },
  };
}

function outside(document: DocumentDetail): HTMLElement | null {
  if (!document.source || !/^https?:/i.test(document.source)) return null;
  return h(
    "a",
    { href: document.source, target: "_blank", rel: "noopener noreferrer" },
    "Read it at the source ↗",
    h("span", { class: "unseen" }, " (opens in a new tab)"),
  );
}
