// What a view is: it fills `main` for one address, follows changes of its parameters, and leaves.

import type { Place } from "./router";

export interface ViewContext {
  readonly main: HTMLElement;
  /** Ends when the view is left. */
  readonly signal: AbortSignal;
  /** Names the view in the window's title. */
  title(text: string): void;
}

export interface Mounted {
  /** Follows a change of the parameters; false where the view has to be made anew. */
  update?(place: Place): boolean;
  leave?(): void;
}

export type View = (place: Place, context: ViewContext) => Promise<Mounted> | Mounted;
