/**
 * A proxy between an AWS client and a server that can make any single request fail, in every way a network or a machine
 * can: refuse it, lose its answer, answer instead of the server, delay it, or end the client just before or just after it.
 */
import { Agent, createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { operationOf } from "./operation.ts";

/** One request as it arrives. */
export interface ProxiedRequest {
  /** 1 for the first request that this proxy has seen. */
  readonly index: number;
  /** Name of the AWS operation, such as `CompleteMultipartUpload` or `TransactWriteItems`. */
  readonly operation: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Fault of a request. With every kind except `answer`, `refuse` and `kill-before`, the server still handles the request. */
export type Fault =
  /** As if the proxy were not there. */
  | { readonly kind: "pass" }
  /** Waits, then passes it on. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The server never sees it; the connection breaks. */
  | { readonly kind: "refuse" }
  /** The server does it; the connection breaks before the answer. */
  | { readonly kind: "drop-answer" }
  /** The server never sees it; the client gets this answer. */
  | { readonly kind: "answer"; readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** The client ends before the server sees the request. */
  | { readonly kind: "kill-before"; readonly kill: Kill }
  /** The client ends when the server has done it, before the answer. */
  | { readonly kind: "kill-after"; readonly kill: Kill };

/** Ends the client; resolves when it is gone. */
export type Kill = () => void | Promise<void>;

/** Decides what happens to a request; undefined passes it on. */
export type Rule = (request: ProxiedRequest) => Fault | undefined;

/** Answer of an overloaded S3 or DynamoDB, after which the SDK retries. */
export const SLOW_DOWN: Fault = {
  kind: "answer",
  status: 503,
  body: "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>",
};

/** A rule for one request only: the one with this index. */
export const onRequest =
  (index: number, fault: Fault): Rule =>
  (request) =>
    request.index === index ? fault : undefined;

/** A rule for the n-th request of an operation, counted from 1 since the rule was made. */
export function onOperation(operation: string, n: number, fault: Fault): Rule {
  let seen = 0;
  return (request) => (request.operation === operation && ++seen === n ? fault : undefined);
}

export class FaultProxy {
  /** Address for AWS_ENDPOINT_URL. */
  readonly endpoint: string;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #seen: ProxiedRequest[];
  #rule: Rule;

  private constructor(server: Server, seen: ProxiedRequest[], rule: Rule) {
    this.#server = server;
    this.#seen = seen;
    this.#rule = rule;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /**
   * Starts a proxy on a free port of this machine.
   *
   * @param target address of the server, such as `http://127.0.0.1:4566`
   * @param rule what happens to each request. Default: all pass
   */
  static async start(target: string, rule: Rule = () => undefined): Promise<FaultProxy> {
    const seen: ProxiedRequest[] = [];
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const proxy = new FaultProxy(server, seen, rule);
    server.on("request", (incoming, outgoing) => {
      proxy.#handle(new URL(target), incoming, outgoing).catch(() => incoming.socket.destroy());
    });
    return proxy;
  }

  /** Every request seen so far, in the order of arrival. */
  get requests(): readonly ProxiedRequest[] {
    return this.#seen;
  }

  /** Takes another rule for the requests that follow. Their index goes on from the last. */
  use(rule: Rule): void {
    this.#rule = rule;
  }

  /** Breaks what is under way and ends. */
  async stop(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(target: URL, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "GET", url = "/", headers } = incoming;
    const request: ProxiedRequest = { index: this.#seen.length + 1, operation: operationOf(method, url, headers), method, url, headers };
    this.#seen.push(request);
    const fault = this.#rule(request) ?? { kind: "pass" };
    const cut = (): void => void incoming.socket.destroy();

    switch (fault.kind) {
      case "refuse": {
        cut();
        return;
      }
      case "kill-before":
        await fault.kill();
        {
          cut();
          return;
        }
      case "answer":
        // Read to its end, as a server does: a client may not look for the answer before it has sent everything.
        incoming.resume().once("end", () => outgoing.writeHead(fault.status, { ...fault.headers }).end(fault.body));
        return;
      case "delay":
        await sleep(fault.milliseconds);
        break;
      case "pass":
      case "drop-answer":
      case "kill-after":
    }

    const answer = await this.#forward(target, incoming);
    if (fault.kind === "pass" || fault.kind === "delay") {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.on("error", cut).pipe(outgoing);
      return;
    }
    // The server has done it only when its answer is whole.
    for await (const _ of answer);
    if (fault.kind === "kill-after") await fault.kill();
    cut();
  }

  #forward(target: URL, incoming: IncomingMessage): Promise<IncomingMessage> {
    // This proxy has answered `Expect: 100-continue` itself.
    const { expect: _, ...headers } = incoming.headers;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          agent: this.#agent,
          host: target.hostname,
          port: target.port,
          method: incoming.method,
          path: incoming.url,
          headers: { ...headers, host: target.host },
        },
        resolve,
      );
      outgoing.on("error", reject);
      incoming.on("error", () => outgoing.destroy()).on("close", () => incoming.complete || outgoing.destroy());
      incoming.pipe(outgoing);
    });
  }
}
