// Talking to the server: one place that knows how answers and errors look.

import type { Page } from "./types";

/** An answer that is an error, in the words of the server, which say what to do. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly fields: readonly string[] = [],
  ) {
    super(detail);
    this.name = "Problem";
  }
}

export interface Ask {
  signal?: AbortSignal | undefined;
  method?: "GET" | "POST" | "DELETE";
  accept?: string;
  type?: string;
  body?: BodyInit;
  token?: string | null;
}

/** The server's answer; Problem where it is an error or does not come. */
export async function ask(path: string, options: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? "application/json" };
  if (options.type !== undefined) headers["Content-Type"] = options.type;
  if (options.token) headers["Authorization"] = `Bearer ${options.token}`;
  const request: RequestInit = { method: options.method ?? "GET", headers };
  if (options.signal !== undefined) request.signal = options.signal;
  if (options.body !== undefined) request.body = options.body;
  let answer: Response;
  try {
    answer = await fetch(path, request);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Problem(
      0,
      "No answer",
      "The server does not answer. See whether it still runs (kg serve), then try again.",
    );
  }
  if (!answer.ok) throw await problem(answer);
  return answer;
}

async function problem(answer: Response): Promise<Problem> {
  const text = await answer.text();
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === "object" && read !== null) {
      const { title, detail, errors } = read as Record<string, unknown>;
      const fields = Array.isArray(errors)
        ? errors.map(
            (each: { location?: unknown; message?: unknown }) =>
              `${String(each.location ?? "")}: ${String(each.message ?? "")}`,
          )
        : [];
      return new Problem(
        answer.status,
        String(title ?? answer.statusText),
        String(detail ?? "The server gave no reason."),
        fields,
      );
    }
  } catch {
    // What is no JSON is shown as it came.
  }
  return new Problem(answer.status, answer.statusText, text.slice(0, 500));
}

/** Whether something was stopped by the reader or by going elsewhere. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The JSON at a path. */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const answer = await ask(path, { signal });
  return (await answer.json()) as T;
}

/** A path with parameters. */
export function withParams(path: string, params: URLSearchParams): string {
  const query = params.toString();
  return query === "" ? path : `${path}?${query}`;
}

/** The path of an entity; its id keeps its slash. */
export function entityPath(id: string): string {
  return `/entities/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/**
 * The items of a page and of those after it, up to `most`. `progress` is told how many there are so
 * far; `more` of the answer says whether there would be others.
 */
export async function collect<T>(
  path: string,
  options: { most: number; signal: AbortSignal; progress?: (count: number) => void },
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = [];
  let next: string | null = path;
  while (next !== null && items.length < options.most) {
    const page: Page<T> = await get<Page<T>>(next, options.signal);
    items.push(...page.items);
    next = page.next;
    options.progress?.(items.length);
  }
  return {
    items: items.slice(0, options.most),
    more: next !== null || items.length > options.most,
  };
}
