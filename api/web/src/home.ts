// The start: a search, questions to begin with, and what the graph holds.

import { get } from "./api";
import { add, h, show } from "./dom";
import { mark } from "./marks";
import { documentLine, empty, failure, into, statementLine } from "./parts";
import { entityHref, go, href, type Place } from "./router";
import { searchBox } from "./search";
import type { DocumentSummary, Entity, Page, StatementSummary, StoredQuery } from "./types";
import type { Mounted, ViewContext } from "./view";
import { count, plural, typeLabel } from "./words";

interface Statistics {
  entities?: number;
  statements?: number;
  documents?: number;
  totals?: { entities?: number; statements?: number; documents?: number };
}

/** The start view. */
export function homeView(_: Place, context: ViewContext): Mounted {
  context.title("");
  const numbers = h("p", { class: "numbers" });
  const questions = h("div", {});
  const newest = h("div", {});
  const documents = h("div", {});
  const box = searchBox({
    label: "Search for a country, company, weapon or person",
    placeholder: "Japan, Baykar, submarine …",
    large: true,
    choose: (hit) => go(entityHref(hit.id)),
    submit: (text) => go(href("search", { q: text })),
  });
  context.main.append(
    h(
      "div",
      { class: "home" },
      h(
        "section",
        { class: "hero" },
        h(
          "h1",
          { tabindex: "-1" },
          "Who works with whom on defence, ",
          h("br"),
          "and which sentence says so",
        ),
        box,
        h(
          "p",
          { class: "tries" },
          "Try ",
          ...[
            ["country/japan", "Japan"],
            ["country/turkey", "Turkey"],
            ["company/baykar", "Baykar"],
          ].flatMap(([id, name], i) => [
            i > 0 ? ", " : null,
            h("a", { href: entityHref(id ?? "") }, name),
          ]),
          ", or ",
          h(
            "a",
            { href: href("paths", { from: "country/japan", to: "country/turkey" }) },
            "what lies between Japan and Turkey",
          ),
        ),
        numbers,
      ),
      h(
        "div",
        { class: "columns" },
        h("section", {}, h("h2", {}, "Questions to begin with"), questions),
        h("section", {}, h("h2", {}, "Newest statements"), newest),
        h("section", {}, h("h2", {}, "Newest documents"), documents),
      ),
    ),
  );
  get<Statistics>("/statistics", context.signal).then(
    (found) => {
      const totals = found.totals ?? found;
      show(
        numbers,
        ...(["entities", "statements", "documents"] as const).flatMap((name) => {
          const number = totals[name];
          return number === undefined ? [] : [h("span", {}, h("b", {}, count(number)), ` ${name}`)];
        }),
      );
    },
    // The numbers are decoration; everything else says by itself what is wrong.
    () => undefined,
  );
  const options = { signal: context.signal };
  void into(
    questions,
    "Listing questions …",
    async (signal) => {
      const found = await get<{ items: StoredQuery[] }>("/queries", signal);
      return h(
        "ul",
        { class: "plain questions" },
        ...found.items.map((query) =>
          h("li", {}, h("a", { href: href(`question/${query.name}`) }, query.question)),
        ),
      );
    },
    options,
  );
  void into(
    newest,
    "Listing statements …",
    async (signal) => {
      const found = await get<Page<StatementSummary>>("/statements?limit=8", signal);
      if (found.items.length === 0) return nothing();
      return h(
        "ul",
        { class: "plain" },
        ...found.items.map((each) => h("li", {}, statementLine(each))),
        h("li", {}, h("a", { href: "#/statements" }, "All statements")),
      );
    },
    options,
  );
  void into(
    documents,
    "Listing documents …",
    async (signal) => {
      const found = await get<Page<DocumentSummary>>("/documents?limit=6", signal);
      if (found.items.length === 0) return nothing();
      return h(
        "ul",
        { class: "plain" },
        ...found.items.map((each) => h("li", {}, documentLine(each))),
        h("li", {}, h("a", { href: "#/add" }, "Add a text of your own")),
      );
    },
    options,
  );
  return {};
}

function nothing(): HTMLElement {
  return empty(
    "There is nothing yet.",
    h(
      "p",
      {},
      "Paste an article and see what it says: ",
      h("a", { href: "#/add" }, "add a text"),
      ".",
    ),
  );
}

/** All that a search finds, by type. */
export async function searchView(place: Place, context: ViewContext): Promise<Mounted> {
  const q = place.params.get("q") ?? "";
  context.title(q === "" ? "Search" : `Search: ${q}`);
  const results = h("div", {});
  context.main.append(
    h(
      "div",
      { class: "page narrow" },
      h("h1", { tabindex: "-1" }, "Search"),
      searchBox({
        label: "Search for an entity",
        placeholder: "a name, or a part of it",
        value: q,
        choose: (hit) => go(entityHref(hit.id)),
        submit: (text) => go(href("search", { q: text })),
      }),
      results,
    ),
  );
  if (q === "") {
    show(results, empty("Type a name.", h("p", {}, "Typos and missing accents are forgiven.")));
    return {};
  }
  const list = h("ul", { class: "plain results" });
  let next: string | null = `/entities?${new URLSearchParams({ q, limit: "50" })}`;
  const more = h("p", {});
  const load = async (): Promise<void> => {
    if (next === null) return;
    try {
      const page: Page<Entity> = await get<Page<Entity>>(next, context.signal);
      next = page.next;
      add(
        list,
        page.items.map((each) =>
          h(
            "li",
            {},
            h(
              "a",
              { href: entityHref(each.id) },
              mark(each.type),
              h("b", {}, each.name),
              h(
                "span",
                { class: "faint" },
                ` ${typeLabel(each.type)}${
                  each.statements === undefined ? "" : ` · ${plural(each.statements, "statement")}`
                }${each.aliases.length > 0 ? ` · also ${each.aliases.slice(0, 3).join(", ")}` : ""}`,
              ),
            ),
          ),
        ),
      );
      if (list.childElementCount === 0) {
        show(
          results,
          empty(
            `Nothing is called “${q}”.`,
            h("p", {}, "Try fewer letters, another spelling, or a country, company or weapon."),
          ),
        );
        return;
      }
      show(
        more,
        next !== null &&
          h("button", { type: "button", class: "button", click: () => void load() }, "Show more"),
      );
    } catch (error) {
      if (!context.signal.aborted)
        show(
          more,
          failure(error, () => void load()),
        );
    }
  };
  show(results, list, more);
  await load();
  return {};
}
