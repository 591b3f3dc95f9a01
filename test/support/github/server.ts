/**
 * A GitHub of this machine, for tests: REST and GraphQL as far as the Action uses them, as strict as GitHub is, or stricter. It can be
 * made to fail in the ways that GitHub does.
 */
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerGraphql } from "./graphql.ts";
import { badCredentials, Refusal } from "./refusals.ts";
import { answerRest } from "./rest.ts";
import { ACTIONS_BOT, State, type Account, type Permissions, type Pull, type Repository, type Token } from "./state.ts";

/** Fault that replaces the handling of a request. */
export type GitHubFault =
  /** GitHub does not do it, and answers this. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string | object }
  /** `before`: the connection breaks. `after`: it is done, and the connection breaks. */
  | "break-before"
  | "break-after"
  /** Something else happens first; then it is done. */
  | (() => void);

export interface SeenRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
}

interface Injection {
  readonly method: string;
  readonly path: RegExp;
  readonly fault: GitHubFault;
  times: number;
}

const LARGEST_BODY = 10 * 1024 * 1024;

export class GitHubServer {
  /** Address for GITHUB_API_URL. GitHub Enterprise Server has its API at `/api/v3` of the same. */
  readonly url: string;
  readonly state = new State();
  /** All that arrived, in its order. */
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  #injections: Injection[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      this.#answer(incoming, outgoing).catch((error: unknown) => {
        outgoing.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ message: String(error) }));
      });
    });
  }

  static async start(): Promise<GitHubServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new GitHubServer(server);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  addRepository(fullName: string, id: number, parent?: string): Repository {
    const repository = { id, fullName, ...(parent !== undefined && { parent }) };
    this.state.repositories.set(fullName, repository);
    return repository;
  }

  /** A token for one repository, such as a job's own. */
  addToken(repository: Repository, permissions: Permissions, account: Account = ACTIONS_BOT): string {
    const secret = `ghs_${randomBytes(18).toString("hex")}`;
    this.state.tokens.set(secret, { account, repository: repository.fullName, permissions });
    return secret;
  }

  addPull(repository: Repository, facts: Partial<Omit<Pull, "repository">> = {}): Pull {
    const sha = (): string => randomBytes(20).toString("hex");
    const pull: Pull = {
      number: this.state.pulls.length + 1,
      author: { login: "octocat", id: 583231, type: "User" },
      head: { repository, ref: `change-${this.state.pulls.length + 1}`, sha: sha() },
      base: { ref: "main", sha: sha() },
      state: "open",
      locked: false,
      ...facts,
      repository,
    };
    this.state.pulls.push(pull);
    return pull;
  }

  /** The next requests of a method whose path matches, `times` of them (1 by default), meet a fault. */
  inject(method: string, path: RegExp, fault: GitHubFault, times = 1): void {
    this.#injections.push({ method, path, fault, times });
  }

  /** Injected faults that no request has met. */
  get pending(): number {
    return this.#injections.reduce((sum, { times }) => sum + times, 0);
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? "", this.url);
    const enterprise = /^\/api(?:\/v3(?=\/)|(?=\/graphql$))/.exec(pathname)?.[0] ?? "";
    const [method, path] = [incoming.method ?? "", pathname.slice(enterprise.length)];
    this.requests.push({ method, path, query: searchParams.toString() });
    const fault = this.#faultFor(method, path);
    if (fault === "break-before") return void incoming.socket.destroy();
    const text = await bodyOf(incoming);
    if (typeof fault === "object") {
      send(outgoing, fault.status, fault.body, fault.headers);
      return;
    }
    if (typeof fault === "function") fault();
    try {
      const token = this.#authenticate(incoming);
      const body = text === "" ? undefined : parseJson(text);
      const api = `${this.url}${enterprise}`;
      if (path === "/graphql") {
        const answer = await answerGraphql(this.state, token, body);
        if (fault === "break-after") incoming.socket.destroy();
        else send(outgoing, 200, answer);
        return;
      }
      const { status, body: answer, headers } = answerRest({ state: this.state, token, api, method, path, query: searchParams, body });
      if (fault === "break-after") return void incoming.socket.destroy();
      send(outgoing, status, answer, headers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(outgoing, error.status, error.body, error.headers);
    }
  }

  #faultFor(method: string, path: string): GitHubFault | undefined {
    const found = this.#injections.find((each) => each.times > 0 && each.method === method && each.path.test(path));
    if (found) found.times--;
    return found?.fault;
  }

  #authenticate({ headers }: IncomingMessage): Token {
    if (!headers["user-agent"]) throw new Refusal(403, { message: "Request forbidden by administrative rules. Please make sure your request has a User-Agent header" }); // prettier-ignore
    const [, secret = ""] = /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? "") ?? [];
    const token = this.state.tokens.get(secret);
    if (!token) throw badCredentials();
    return token;
  }
}

function send(outgoing: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  const limits = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4990",
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 3600),
  };
  if (body === undefined) return void outgoing.writeHead(status, { ...limits, ...headers }).end();
  outgoing
    .writeHead(status, { "content-type": "application/json; charset=utf-8", ...limits, ...headers })
    .end(typeof body === "string" ? body : JSON.stringify(body));
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error("the body is larger than GitHub would read");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, { message: "Problems parsing JSON" });
  }
}
