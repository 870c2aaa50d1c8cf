// The colours of the page, for what is drawn without its style sheet.

export interface Colours {
  text: string;
  line: string;
  denied: string;
  accent: string;
  rim: string;
  paper: string;
  veil: string;
}

/** The colours of the page, as they are now. */
export function colours(): Colours {
  const css = getComputedStyle(document.documentElement);
  const read = (name: string): string => css.getPropertyValue(name).trim();
  return {
    text: read("--ink"),
    line: read("--edge"),
    denied: read("--denied"),
    accent: read("--accent"),
    rim: read("--rim"),
    paper: read("--paper"),
    veil: read("--veil"),
  };
}
