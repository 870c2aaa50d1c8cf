// A field for an entity that the address names: it shows its name, and takes it away when emptied.

import { entityPath, get } from "./api";
import { changed, here, type Place, put } from "./router";
import { searchBox } from "./search";
import type { EntityDetail } from "./types";

export interface EntityField {
  readonly element: HTMLElement;
  /** Shows the name of the entity that the address has now. */
  follow(place: Place): void;
}

/** The field for the parameter `name`; `label` is what is read out. */
export function entityField(
  name: string,
  placeholder: string,
  label: string,
  signal: AbortSignal,
): EntityField {
  let shown: string | null = null;
  const element = searchBox({
    label,
    placeholder,
    choose: (hit) => {
      shown = hit.id;
      put(changed(here(), { [name]: hit.id }));
    },
    cleared: () => put(changed(here(), { [name]: null })),
  });
  const input = element.querySelector("input");
  return {
    element,
    follow(place) {
      const id = place.params.get(name) || null;
      if (id === shown || input === null) return;
      shown = id;
      input.value = "";
      if (id === null) return;
      get<EntityDetail>(entityPath(id), signal).then(
        (found) => {
          if (shown === id) input.value = found.name;
        },
        // What is not there is said by the view itself; here stands what was asked for.
        () => {
          if (shown === id && !signal.aborted) input.value = id;
        },
      );
    },
  };
}
