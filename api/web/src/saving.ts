// The menu that saves a picture. What writes the files is loaded when one is wanted.

import { notice } from "./dom";
import { menu } from "./parts";
import type { Picture } from "./picture";

type Files = typeof import("./exports");

/** A menu of files that hold what `picture` shows; `title` names them. */
export function saveMenu(picture: Picture, title: () => string, signal: AbortSignal): HTMLElement {
  const run = (act: (files: Files) => void | Promise<void>) => (): void => {
    if (picture.nodes.size === 0) {
      notice("There is nothing to save yet.");
      return;
    }
    import("./exports")
      .then((files) => act(files))
      .catch((error: unknown) => notice(error instanceof Error ? error.message : String(error)));
  };
  return menu("Save", "download", [
    {
      name: "PNG",
      hint: "the picture, for slides",
      act: run((files) => files.savePng(picture, title())),
    },
    {
      name: "SVG",
      hint: "the picture, to edit",
      act: run((files) => files.saveSvg(picture, title())),
    },
    {
      name: "CSV",
      hint: "the statements, for a spreadsheet",
      act: run((files) => files.saveCsv(picture, title())),
    },
    {
      name: "GEXF",
      hint: "the graph with its places, for Gephi",
      act: run((files) => files.saveGexf(picture, title())),
    },
    {
      name: "Turtle",
      hint: "statements and evidence, as RDF",
      act: run((files) => files.saveTurtle(picture, title(), signal)),
    },
  ]);
}
