// The frame around all views: head, theme, and which view an address stands for.

import { addView } from "./add";
import { questionsView, questionView, sparqlView } from "./ask";
import { documentsView, documentView } from "./document";
import { button, h, icon, say, show } from "./dom";
import { entityView, pathsView } from "./entity";
import { homeView, searchView } from "./home";
import { empty, failure, waiting } from "./parts";
import { entityHref, go, here, href, listen, type Place } from "./router";
import { searchBox } from "./search";
import { statementView } from "./statement";
import { statementsView } from "./table";
import { timelineView } from "./timeline";
import type { Mounted, View } from "./view";
import { load } from "./words";

const VIEWS: Readonly<Record<string, View>> = {
  "": homeView,
  search: searchView,
  entity: entityView,
  paths: pathsView,
  statement: statementView,
  statements: statementsView,
  timeline: timelineView,
  documents: documentsView,
  document: documentView,
  add: addView,
  questions: questionsView,
  question: questionView,
  sparql: sparqlView,
};

const LINKS: readonly (readonly [string, string, readonly string[]])[] = [
  ["Statements", "#/statements", ["statements", "statement"]],
  ["Timeline", "#/timeline", ["timeline"]],
  ["Paths", "#/paths", ["paths"]],
  ["Questions", "#/questions", ["questions", "question"]],
  ["SPARQL", "#/sparql", ["sparql"]],
  ["Documents", "#/documents", ["documents", "document", "add"]],
];

const found = document.getElementById("main");
const main = found ?? document.body.appendChild(h("main", { id: "main" }));
const head = document.getElementById("top") ?? document.body;

let mounted: Mounted = {};
let leaving = new AbortController();
let shownPath: string | null = null;
let fromHome = false;

async function navigate(): Promise<void> {
  const place = here();
  const path = place.path.join("/");
  if (path === shownPath && mounted.update?.(place)) {
    markLinks(place);
    return;
  }
  const isFirst = shownPath === null;
  leaving.abort();
  mounted.leave?.();
  mounted = {};
  leaving = new AbortController();
  shownPath = path;
  const signal = leaving.signal;
  markLinks(place);
  main.className = "";
  main.removeAttribute("aria-busy");
  main.replaceChildren();
  main.dataset["view"] = place.path[0] ?? "home";
  window.scrollTo(0, 0);
  const view = VIEWS[place.path[0] ?? ""];
  if (view === undefined) {
    title("Not found");
    show(
      main,
      h(
        "div",
        { class: "page narrow" },
        h("h1", { tabindex: "-1" }, "There is no such view"),
        empty("The address leads nowhere.", h("p", {}, h("a", { href: "#/" }, "Go to the start"))),
      ),
    );
    return;
  }
  main.setAttribute("aria-busy", "true");
  try {
    const made = view(place, { main, signal, title });
    const next = await made;
    if (!signal.aborted) mounted = next;
  } catch (error) {
    if (!signal.aborted) {
      show(
        main,
        h(
          "div",
          { class: "page narrow" },
          failure(error, () => void again()),
        ),
      );
    }
  }
  if (signal.aborted) return;
  main.removeAttribute("aria-busy");
  // Whoever follows a link with the keyboard or hears the page goes on at its heading.
  if (!isFirst) main.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}

function again(): Promise<void> {
  shownPath = null;
  return navigate();
}

function title(text: string): void {
  document.title = text === "" ? "Entente" : `${text} – Entente`;
  if (text !== "" && shownPath !== null) say(text);
}

function markLinks(place: Place): void {
  const name = place.path[0] ?? "";
  for (const link of head.querySelectorAll<HTMLElement>("nav a")) {
    const isHere = (link.dataset["views"] ?? "").split(" ").includes(name);
    if (isHere) {
      link.setAttribute("aria-current", "page");
      // On a narrow screen it may lie outside the row of links.
      const row = link.parentElement;
      if (row) row.scrollLeft = link.offsetLeft - row.offsetLeft - row.clientWidth / 3;
    } else link.removeAttribute("aria-current");
  }
  fromHome = name === "";
  head.classList.toggle("at-home", fromHome);
}

const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

function systemTheme(): Theme {
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function storedTheme(): Theme | null {
  try {
    const value = window.localStorage.getItem("theme");
    return value === "light" || value === "dark" ? value : null;
  } catch {
    // Where storing is forbidden, the choice holds until the page is left.
    return null;
  }
}

function setTheme(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
  const toggle = document.getElementById("theme");
  const other = theme === "dark" ? "light" : "dark";
  if (toggle) {
    toggle.setAttribute("aria-label", `Use ${other} colours`);
    toggle.setAttribute("title", `Use ${other} colours`);
    show(toggle, icon(theme === "dark" ? "sun" : "moon"));
  }
  window.dispatchEvent(new Event("themechange"));
}

function frame(): void {
  const toggle = button(
    "Use dark colours",
    () => {
      const next = document.documentElement.dataset["theme"] === "dark" ? "light" : "dark";
      try {
        window.localStorage.setItem("theme", next);
      } catch {
        // As above: then it holds for this visit.
      }
      setTheme(next);
    },
    { icon: "moon", text: false, class: "button icon-only" },
  );
  toggle.id = "theme";
  show(
    head,
    h(
      "a",
      { class: "brand", href: "#/", "aria-label": "Entente, start" },
      h("img", { src: "/page/assets/icon.svg", alt: "", width: 28, height: 28 }),
      h("span", {}, "Entente"),
    ),
    searchBox({
      label: "Search",
      placeholder: "Search names …",
      choose: (hit) => go(entityHref(hit.id)),
      submit: (text) => go(href("search", { q: text })),
    }),
    h(
      "nav",
      { "aria-label": "Views" },
      ...LINKS.map(([name, address, views]) =>
        h("a", { href: address, "data-views": views.join(" ") }, name),
      ),
    ),
    toggle,
  );
  setTheme(storedTheme() ?? systemTheme());
  window
    .matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", () => setTheme(storedTheme() ?? systemTheme()));
  // A slash goes to the search, where nothing is being written.
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable) return;
    event.preventDefault();
    const home = main.querySelector<HTMLElement>(".home input");
    (home ?? head.querySelector<HTMLElement>("input"))?.focus();
  });
}

async function start(): Promise<void> {
  frame();
  show(main, h("div", { class: "page narrow" }, waiting("Starting …")));
  try {
    await load();
  } catch (error) {
    show(
      main,
      h(
        "div",
        { class: "page narrow" },
        failure(error, () => void start()),
      ),
    );
    return;
  }
  shownPath = null;
  await navigate();
}

listen(() => void navigate());
void start();
