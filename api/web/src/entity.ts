// An entity as a picture, a table, a timeline, or in its own words; and the paths between two.

import { entityPath, get } from "./api";
import { h, notice, show } from "./dom";
import { FILTERS, filterForm, filters } from "./filters";
import { GraphView } from "./graph";
import { mark } from "./marks";
import { empty, entityLink, failure, shareButton, statementLine, tabs } from "./parts";
import { changed, entityHref, here, href, type Place, rest } from "./router";
import { searchBox } from "./search";
import { statementTable } from "./table";
import { timelineInto } from "./timeline";
import type { EntityDetail, StatementSummary } from "./types";
import type { Mounted, ViewContext } from "./view";
import {
  firmest,
  inverseLabel,
  modalityLabel,
  plural,
  predicateLabel,
  typeLabel,
  valueText,
} from "./words";

const VIEWS = [
  ["graph", "Graph"],
  ["table", "Table"],
  ["timeline", "Timeline"],
  ["about", "About"],
] as const;

function viewOf(place: Place): string {
  const name = place.params.get("view") ?? "graph";
  return VIEWS.some(([each]) => each === name) ? name : "graph";
}

/** The view of one entity. */
export async function entityView(place: Place, context: ViewContext): Promise<Mounted> {
  const id = rest(place);
  const view = viewOf(place);
  const head = h("div", { class: "entity-head" });
  const body = h("div", { class: view === "graph" ? "entity-body full" : "entity-body page" });
  context.main.classList.toggle("full", view === "graph");
  context.main.append(head, body);
  let entity: EntityDetail;
  try {
    entity = await get<EntityDetail>(entityPath(id), context.signal);
  } catch (error) {
    if (context.signal.aborted) return {};
    context.main.classList.remove("full");
    show(head, h("div", { class: "page narrow" }, failure(error)));
    return {};
  }
  context.title(entity.name);
  const kept: Record<string, string[]> = Object.fromEntries(
    FILTERS.map((name) => [name, place.params.getAll(name)]),
  );
  const tools = h("div", { class: "button-row" });
  show(
    head,
    h(
      "div",
      { class: "entity-title" },
      h("h1", { tabindex: "-1" }, mark(entity.type), " ", entity.name),
      h("span", { class: "faint" }, typeLabel(entity.type)),
    ),
    tabs(
      `Views of ${entity.name}`,
      VIEWS.map(([name, label]) => ({
        name: label,
        address: entityHref(id, { ...kept, view: name === "graph" ? null : name }),
        current: name === view,
      })),
    ),
    tools,
  );
  if (view === "graph") return graphPart(entity, place, context, body, tools);
  if (view === "about") {
    show(body, about(entity));
    tools.append(shareButton(notice));
    return {};
  }
  const part = h("div", {});
  body.append(part);
  let running = new AbortController();
  const draw = (now: Place): void => {
    running.abort();
    running = new AbortController();
    const signal = AbortSignal.any([context.signal, running.signal]);
    const params = filters(now);
    params.set("entity", id);
    if (view === "table") {
      void statementTable(part, params, `entente-${id.replace(/\W+/g, "-")}.csv`, signal);
    } else void timelineInto(part, params, signal);
  };
  const form = filterForm(place, here);
  tools.append(form.element, shareButton(notice));
  draw(place);
  return {
    update(next) {
      if (viewOf(next) !== view) return false;
      form.follow(next);
      draw(next);
      return true;
    },
  };
}

function depthChoice(place: Place): HTMLElement {
  return h(
    "label",
    { class: "inline" },
    h("span", {}, "Reach"),
    h(
      "select",
      {
        change: (event) => {
          const value = (event.target as HTMLSelectElement).value;
          window.location.hash = changed(here(), { depth: value === "2" ? "2" : null });
        },
      },
      h("option", { value: "1", selected: place.params.get("depth") !== "2" }, "one step"),
      h("option", { value: "2", selected: place.params.get("depth") === "2" }, "two steps"),
    ),
  );
}

function choose(label: HTMLElement, value: string): void {
  const select = label.querySelector("select");
  if (select !== null) select.value = value;
}

async function graphPart(
  entity: EntityDetail,
  place: Place,
  context: ViewContext,
  body: HTMLElement,
  tools: HTMLElement,
): Promise<Mounted> {
  const graph = new GraphView({ entity: entity.id }, context.signal);
  graph.title = entity.name;
  body.append(graph.element);
  const form = filterForm(place, here);
  const reach = depthChoice(place);
  tools.append(
    reach,
    form.element,
    h("a", { class: "button", href: href("paths", { from: entity.id }) }, "Paths to …"),
    graph.exportMenu(),
    shareButton(notice),
  );
  context.signal.addEventListener("abort", () => graph.leave(), { once: true });
  await graph.follow(place);
  return {
    update(next) {
      if (viewOf(next) !== "graph") return false;
      form.follow(next);
      choose(reach, next.params.get("depth") === "2" ? "2" : "1");
      void graph.follow(next);
      return true;
    },
  };
}

function about(entity: EntityDetail): HTMLElement {
  const out = entity.statements_out.items;
  const into_ = entity.statements_in.items;
  const said = (items: readonly StatementSummary[], title: string, more: string | null) =>
    items.length > 0 &&
    h(
      "section",
      {},
      h("h2", { class: "section" }, title),
      h("ul", { class: "plain" }, ...items.map((each) => h("li", {}, statementLine(each)))),
      more !== null &&
        h(
          "p",
          {},
          h("a", { href: entityHref(entity.id, { view: "table" }) }, "All of them as a table"),
        ),
    );
  return h(
    "div",
    { class: "about" },
    h(
      "dl",
      { class: "facts wide" },
      h("dt", {}, "also called"),
      h(
        "dd",
        {},
        entity.aliases.length > 0 ? entity.aliases.join(", ") : "no other names are known",
      ),
      h("dt", {}, "identity"),
      h(
        "dd",
        {},
        entity.catalogue
          ? "linked to the catalogue of known states, bodies, firms and systems"
          : "found in the news; the catalogue does not have it",
      ),
      h("dt", {}, "why"),
      h("dd", {}, entity.reasons.join("; ") || "no reason was kept"),
      h("dt", {}, "IRI"),
      h("dd", {}, h("code", {}, entity.iri)),
    ),
    out.length + into_.length === 0 &&
      empty("No statement is known of it yet.", h("p", {}, "Add a document that speaks of it.")),
    relations(entity),
    said(out, `What ${entity.name} does`, entity.statements_out.next),
    said(into_, `What is said of others about ${entity.name}`, entity.statements_in.next),
  );
}

/**
 * The relations of an entity, with those at the other end, read from its side. What is not asserted
 * says so beside its name, or a plan would be read as a fact.
 */
function relations(entity: EntityDetail): HTMLElement | null {
  const rows = new Map<string, HTMLElement[]>();
  const put = (label: string, statement: StatementSummary, node: HTMLElement): void => {
    const found = rows.get(label) ?? [];
    const modality = firmest(statement);
    const shown = h(
      "span",
      { class: "glance-item" },
      node,
      modality !== "asserted" && h("span", { class: "faint" }, ` (${modalityLabel(modality)})`),
    );
    rows.set(label, [...found, shown]);
  };
  for (const each of entity.statements_out.items) {
    const node =
      each.object.kind === "entity"
        ? entityLink(each.object)
        : h("span", { class: "value" }, valueText(each.object));
    put(predicateLabel(each.predicate), each, node);
  }
  for (const each of entity.statements_in.items) {
    const label = inverseLabel(each.predicate);
    if (label !== null) put(label, each, entityLink(each.subject));
  }
  if (rows.size === 0) return null;
  return h(
    "section",
    {},
    h("h2", { class: "section" }, "At a glance"),
    h(
      "dl",
      { class: "facts wide glance" },
      ...[...rows].flatMap(([label, nodes]) => [h("dt", {}, label), h("dd", {}, ...nodes)]),
    ),
  );
}

/** The view of the paths between two entities. */
export async function pathsView(place: Place, context: ViewContext): Promise<Mounted> {
  const [from, to] = [place.params.get("from") ?? "", place.params.get("to") ?? ""];
  context.title("Paths between two entities");
  const names = new Map<string, string>();
  await Promise.all(
    [from, to]
      .filter((id) => id !== "")
      .map((id) =>
        get<EntityDetail>(entityPath(id), context.signal).then(
          (found) => names.set(id, found.name),
          // What is not there is said below, by the route of the paths.
          () => undefined,
        ),
      ),
  );
  if (context.signal.aborted) return {};
  const head = h("div", { class: "entity-head" });
  const body = h("div", { class: "entity-body full" });
  const both = from !== "" && to !== "";
  context.main.classList.toggle("full", both);
  context.main.append(head, body);
  const box = (end: "from" | "to", label: string): HTMLElement =>
    h(
      "div",
      { class: "path-end" },
      searchBox({
        label: `Paths ${end === "from" ? "from" : "to"}`,
        placeholder: label,
        value: names.get(place.params.get(end) ?? "") ?? "",
        choose: (hit) => {
          window.location.hash = changed(here(), {
            [end]: hit.id,
            statement: null,
            at: null,
            open: null,
          });
        },
      }),
    );
  const tools = h("div", { class: "button-row" });
  show(
    head,
    h("div", { class: "entity-title" }, h("h1", { tabindex: "-1" }, "Paths")),
    h("div", { class: "path-ends" }, box("from", "From …"), h("span", {}, "to"), box("to", "To …")),
    tools,
  );
  if (!both) {
    show(
      body,
      h(
        "div",
        { class: "page narrow" },
        empty(
          from === "" && to === "" ? "Choose two entities." : "Choose the other entity.",
          h("p", {}, "Then every chain of statements between them is drawn, the shortest first."),
          h(
            "p",
            {},
            h(
              "a",
              { href: href("paths", { from: "country/japan", to: "country/turkey" }) },
              "For example: from Japan to Turkey",
            ),
          ),
        ),
      ),
    );
    return {};
  }
  const graph = new GraphView({ from, to }, context.signal);
  graph.title = `paths ${names.get(from) ?? from} ${names.get(to) ?? to}`;
  body.append(graph.element);
  const form = filterForm(place, here);
  const most = h(
    "label",
    { class: "inline" },
    h("span", {}, "At most"),
    h(
      "select",
      {
        change: (event) => {
          window.location.hash = changed(here(), {
            longest: (event.target as HTMLSelectElement).value,
          });
        },
      },
      ...["1", "2", "3", "4"].map((value) =>
        h(
          "option",
          { value, selected: (place.params.get("longest") ?? "3") === value },
          plural(Number(value), "step"),
        ),
      ),
    ),
  );
  tools.append(most, form.element, graph.exportMenu(), shareButton(notice));
  context.signal.addEventListener("abort", () => graph.leave(), { once: true });
  await graph.follow(place);
  return {
    update(next) {
      if (next.params.get("from") !== from || next.params.get("to") !== to) return false;
      form.follow(next);
      choose(most, next.params.get("longest") ?? "3");
      void graph.follow(next);
      return true;
    },
  };
}
