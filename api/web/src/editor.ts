// The SPARQL editor (yasqe of the YASGUI family). It is large, so it comes only where it is needed.

import Yasqe from "@zazuko/yasqe";
import { terms } from "./words";

export interface Editor {
  text(): string;
  set(query: string): void;
  focus(): void;
  end(): void;
}

/** An editor in `place`; Ctrl+Enter calls `run`. */
export function makeEditor(place: HTMLElement, value: string, run: () => void): Editor {
  const yasqe = new Yasqe(place, {
    value,
    persistenceId: null,
    showQueryButton: false,
    resizeable: false,
    createShareableLink: null,
    autocompleters: ["variables", "ours"],
    prefixCcApi: null,
    consumeShareLink: null,
    collapsePrefixesOnLoad: false,
    screenReaderLabel: "SPARQL query",
    lineWrapping: true,
    // Tab leaves the editor, as it leaves every other field.
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run },
  } as unknown as ConstructorParameters<typeof Yasqe>[1]);
  const field = place.querySelector("textarea");
  field?.setAttribute("aria-label", "SPARQL query");
  yasqe.refresh();
  return {
    text: () => yasqe.getValue(),
    set: (query) => yasqe.setValue(query),
    focus: () => yasqe.focus(),
    end: () => yasqe.destroy(),
  };
}

// The types of the editor leave out what its tokens inherit.
const written = (token: unknown): string =>
  (token as { string?: string } | undefined)?.string ?? "";

const ONTOLOGY = "https://w3id.org/entente/ontology#";

// Words of the ontology, in place of those that the editor would fetch from the network.
Yasqe.registerAutocompleter(
  {
    name: "ours",
    bulk: false,
    autoShow: false,
    isValidCompletionPosition: (yasqe) => /^ent:\w*$/.test(written(yasqe.getCompleteToken())),
    get: (_, token) => {
      const start = written(token).replace(/^ent:/, "").toLowerCase();
      const { predicates, types, qualifiers, modalities } = terms();
      return [...predicates, ...types, ...qualifiers, ...modalities]
        .map((term) => term.name)
        .filter((name) => name.toLowerCase().startsWith(start))
        .map((name) => `ent:${name}`);
    },
    postProcessSuggestion: (_, __, suggested) => suggested.replace(ONTOLOGY, "ent:"),
  },
  false,
);
