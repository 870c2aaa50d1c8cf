// One statement, opened: the sentences that say it, who said so, how sure it is and why.

import { get } from "./api";
import { add, h } from "./dom";
import { highlighted, type Stretch } from "./highlight";
import {
  beliefBar,
  documentLine,
  entityLink,
  into,
  modalityChip,
  statementLine,
  valueNode,
} from "./parts";
import { href, type Place, rest } from "./router";
import type {
  BeliefArithmetic,
  DocumentDetail,
  Evidence,
  Page,
  StatementDetail,
  StatementSummary,
} from "./types";
import type { Mounted, ViewContext } from "./view";
import {
  beliefWords,
  count,
  plural,
  predicateLabel,
  qualifierLabel,
  sentence,
  share,
} from "./words";

const documents = new Map<string, Promise<DocumentDetail>>();

/** A document by its id; each is fetched once. */
export function documentOf(id: string): Promise<DocumentDetail> {
  let found = documents.get(id);
  if (found === undefined) {
    found = get<DocumentDetail>(`/documents/${encodeURIComponent(id)}`);
    documents.set(id, found);
    found.catch(() => documents.delete(id));
  }
  return found;
}

/** Forgets documents, after one was added or taken away. */
export function forgetDocuments(): void {
  documents.clear();
}

/** The words that a reason names between quotation marks. */
function quotedWords(reason: string): string[] {
  return [...reason.matchAll(/[“"]([^”"]{2,60})[”"]/g)].map((match) => match[1] ?? "");
}

/** The places in a document that carry a piece of evidence: both ends, and the words between. */
export function carriers(
  document: DocumentDetail,
  evidence: Evidence,
  ends: { subject: string; object: string | null },
): Stretch[] {
  const inside = document.mentions.filter(
    (mention) => mention.start >= evidence.start && mention.end <= evidence.end,
  );
  const found: Stretch[] = [];
  for (const mention of inside) {
    const role =
      mention.entity === ends.subject
        ? "subject"
        : mention.entity === ends.object
          ? "object"
          : null;
    if (role !== null) {
      found.push({ start: mention.start, end: mention.end, kind: role, title: role });
    }
  }
  // Offsets count characters, of which some are two units of a string here.
  const text = [...document.text].slice(evidence.start, evidence.end).join("");
  for (const word of quotedWords(evidence.reason)) {
    const at = text.toLowerCase().indexOf(word.toLowerCase());
    if (at >= 0) {
      const start = evidence.start + [...text.slice(0, at)].length;
      const end = start + [...word].length;
      found.push({ start, end, kind: "trigger", title: "says the relation" });
    }
  }
  return found;
}

function facts(rows: readonly (readonly [string, Node | string | null])[]): HTMLElement {
  const list = h("dl", { class: "facts" });
  for (const [name, value] of rows) {
    if (value === null || value === "") continue;
    list.append(h("dt", {}, name), h("dd", {}, value));
  }
  return list;
}

function evidenceCard(statement: StatementDetail, evidence: Evidence, level: 3 | 4): HTMLElement {
  const quote = h("blockquote", { class: "quote" }, evidence.text);
  const object = statement.object.kind === "entity" ? statement.object.id : null;
  documentOf(evidence.document.id).then(
    (document) => {
      quote.replaceChildren(
        ...highlighted(
          document.text,
          carriers(document, evidence, { subject: statement.subject.id, object }),
          evidence.start,
          evidence.end,
        ),
      );
    },
    // The sentence stands there already; without the document it has no marks.
    () => undefined,
  );
  const speaker = h("span", {});
  evidence.speaker.forEach((value, i) => {
    add(speaker, [i > 0 && ", ", valueNode(value)]);
  });
  const qualifiers = Object.entries(evidence.qualifiers).map(
    ([name, values]): readonly [string, Node] => {
      const shown = h("span", {});
      values.forEach((value, i) => {
        add(shown, [i > 0 && ", ", valueNode(value)]);
      });
      return [qualifierLabel(name), shown];
    },
  );
  return h(
    "article",
    { class: "evidence" },
    h(
      level === 3 ? "h3" : "h4",
      { class: "evidence-head" },
      documentLine(evidence.document, {
        statement: statement.id,
        sentence: String(evidence.sentence),
      }),
    ),
    quote,
    facts([
      ["certainty", modalityChip(evidence.modality)],
      ["said by", evidence.speaker.length > 0 ? speaker : null],
      [
        "speech",
        evidence.quoted === null ? null : evidence.quoted ? "quoted word for word" : "reported",
      ],
      ...qualifiers,
      ["read with confidence", share(evidence.confidence)],
    ]),
    h(
      "details",
      { class: "why" },
      h("summary", {}, "Why it was read so"),
      h("p", {}, evidence.reason || "No reason was kept."),
      h("p", { class: "faint" }, `sentence ${evidence.sentence} · ${evidence.extractor}`),
    ),
  );
}

/** The arithmetic of belief: a factor for each independent source, and what comes out. */
function arithmetic(belief: BeliefArithmetic): HTMLElement {
  const rows = belief.groups.map((group) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, group.publisher || "of unknown origin"),
      h(
        "td",
        {},
        ...group.texts.map((text) =>
          h(
            "div",
            {},
            ...text.documents.map((document, i) =>
              h(
                "span",
                {},
                i > 0 && ", ",
                h("a", { href: href(`document/${document.id}`) }, document.title || "document"),
                document.copy_of !== null && h("span", { class: "faint" }, " (a copy)"),
              ),
            ),
            h("span", { class: "faint" }, ` read with ${share(text.confidence)}`),
          ),
        ),
      ),
      h("td", { class: "right" }, group.factor.toFixed(3)),
    ),
  );
  return h(
    "div",
    { class: "arithmetic" },
    h("p", {}, belief.sentence),
    h("p", { class: "formula" }, belief.formula),
    h(
      "table",
      { class: "small" },
      h("caption", { class: "unseen" }, "What each independent source adds"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, "source"),
          h("th", { scope: "col" }, "its texts"),
          h("th", { scope: "col", class: "right" }, "chance that it is wrong"),
        ),
      ),
      h("tbody", {}, ...rows),
    ),
  );
}

/** All that is known of a statement. `level` is that of its heading. */
export function statementCard(statement: StatementDetail, level: 1 | 2): HTMLElement {
  const pieces = statement.evidence.length;
  const belief = statement.belief_arithmetic;
  return h(
    "div",
    { class: "statement" },
    h(
      level === 1 ? "h1" : "h2",
      { class: "triple", tabindex: "-1" },
      entityLink(statement.subject),
      h("span", { class: "predicate" }, predicateLabel(statement.predicate)),
      valueNode(statement.object),
    ),
    h(
      "p",
      { class: "summary" },
      ...Object.entries(statement.modalities).map(([name, number]) =>
        h("span", {}, modalityChip(name), number > 1 && ` × ${count(number)}`),
      ),
    ),
    h(
      "section",
      { class: "belief-part", "aria-label": "Belief" },
      h("p", {}, "Belief ", beliefBar(belief.value), ` ${beliefWords(belief.value)}`),
      h(
        "details",
        { class: "why" },
        h("summary", {}, "How it is worked out"),
        arithmetic(belief),
        ...statement.other_beliefs.map(arithmetic),
      ),
    ),
    h(
      level === 1 ? "h2" : "h3",
      { class: "section" },
      `${plural(pieces, "sentence")} from ${plural(statement.documents, "document")}`,
    ),
    ...statement.evidence.map((each) => evidenceCard(statement, each, level === 1 ? 3 : 4)),
  );
}

/** A statement in a panel beside something else. */
export function statementPanel(
  place: HTMLElement,
  id: string,
  signal: AbortSignal,
  ready?: (statement: StatementDetail) => void,
): Promise<void> {
  return into(
    place,
    "Opening the statement …",
    async (own) => {
      const statement = await get<StatementDetail>(`/statements/${encodeURIComponent(id)}`, own);
      ready?.(statement);
      return statementCard(statement, 2);
    },
    { signal },
  );
}

/** The view of one statement, with what else is said of the two. */
export async function statementView(place: Place, context: ViewContext): Promise<Mounted> {
  const id = rest(place);
  const body = h("div", { class: "page narrow" });
  context.main.append(body);
  await into(
    body,
    "Opening the statement …",
    async (signal) => {
      const statement = await get<StatementDetail>(`/statements/${encodeURIComponent(id)}`, signal);
      context.title(sentence(statement));
      const others = h("section", { class: "others" });
      if (statement.object.kind === "entity") {
        const object = statement.object.id;
        const pairs: [string, string][] = [
          [statement.subject.id, object],
          [object, statement.subject.id],
        ];
        Promise.all(
          pairs.map(([subject, target]) =>
            get<Page<StatementSummary>>(
              `/statements?subject=${encodeURIComponent(subject)}&object=${encodeURIComponent(target)}&limit=20`,
              signal,
            ),
          ),
        ).then(
          (pages) => {
            const items = pages.flatMap((page) => page.items).filter((each) => each.id !== id);
            if (items.length === 0) return;
            others.append(
              h("h2", { class: "section" }, "Also said of the two"),
              h("ul", { class: "plain" }, ...items.map((each) => h("li", {}, statementLine(each)))),
            );
          },
          // A list on the side; the statement stands without it.
          () => undefined,
        );
      }
      return h(
        "div",
        {},
        h(
          "p",
          { class: "crumbs" },
          h(
            "a",
            {
              href: href(`entity/${statement.subject.id}`, { statement: statement.id }),
            },
            `← In the picture of ${statement.subject.name}`,
          ),
        ),
        statementCard(statement, 1),
        others,
      );
    },
    { signal: context.signal },
  );
  return {};
}
