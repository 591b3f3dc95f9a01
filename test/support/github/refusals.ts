/** Refusals of GitHub, in its own words and shapes. */
import type { Permission, Permissions, Token } from "./state.ts";

/** An answer that is no success. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: { readonly message: string; readonly errors?: readonly object[] }, docs = "", headers = {}) {
    super(body.message);
    this.status = status;
    this.body = { ...body, documentation_url: `https://docs.github.com/rest${docs}`, status: String(status) };
    this.headers = headers;
  }
}

export const badCredentials = (): Refusal => new Refusal(401, { message: "Bad credentials" });
export const notFound = (docs?: string): Refusal => new Refusal(404, { message: "Not Found" }, docs);

export interface FieldError {
  readonly resource: string;
  readonly code: "missing" | "missing_field" | "invalid" | "unprocessable";
  readonly field: string;
  readonly message?: string;
}
export const invalid = (docs: string, ...errors: readonly FieldError[]): Refusal =>
  new Refusal(422, { message: "Validation Failed", errors }, docs);

/** Checks the permissions of a token; one of them is enough. */
export function demand({ permissions }: Token, needed: readonly Permission[], level: "read" | "write", docs: string): void {
  if (needed.some((name) => allows(permissions, name, level))) return;
  throw new Refusal(403, { message: "Resource not accessible by integration" }, docs, {
    "x-accepted-github-permissions": needed.map((name) => `${name.replaceAll("-", "_")}=${level}`).join("; "),
  });
}

export function allows(permissions: Permissions, name: Permission, level: "read" | "write"): boolean {
  return permissions[name] === "write" || permissions[name] === level;
}

/** Answers to inject. */
export const SECONDARY_LIMIT = {
  status: 403,
  headers: { "retry-after": "1", "x-ratelimit-remaining": "4000" },
  body: {
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    documentation_url: "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits",
    status: "403",
  },
} as const;
/** Answer of GitHub's front end when a server behind it fails: a page instead of JSON. */
export const BAD_GATEWAY = { status: 502, headers: { "content-type": "text/html" }, body: "<html><h1>Unicorn!</h1></html>" } as const;
