/** A bad connection between a client and the sandbox: downloads stall or break. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Transform, type TransformCallback } from "node:stream";

export interface LineOptions {
  /** Breaks the connection after this many bytes of each body. */
  readonly breakAfter?: number;
  /** Stalls after this many bytes of a body, without closing the connection. */
  readonly stopAfter?: number;
  /** Selects the requests to disturb; all others pass. */
  readonly concerns: (method: string, path: string) => boolean;
}

export class SlowLine {
  readonly endpoint: string;
  /** Called for each answer that stalled. */
  onStop: () => void = () => undefined;
  /** `GET path` and the Range header of each disturbed request. */
  readonly requests: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(target: string, options: LineOptions): Promise<SlowLine> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
    const line = new SlowLine(server);
    server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      const { method = "GET", url = "/", headers } = incoming;
      const concerned = options.concerns(method, url);
      if (concerned)
        line.requests.push([method, decodeURIComponent(url.split("?")[0]!), headers.range].filter((part) => part !== undefined).join(" "));
      const passed = request(new URL(url, target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        if (concerned) answer.pipe(line.#poor(options, outgoing)).pipe(outgoing);
        else answer.pipe(outgoing);
      });
      passed.on("error", () => outgoing.destroy());
      incoming.pipe(passed);
    });
    return line;
  }

  #poor({ breakAfter = Infinity, stopAfter = Infinity }: LineOptions, outgoing: ServerResponse): Transform {
    let done = 0;
    const transform = (chunk: Buffer, _: BufferEncoding, next: TransformCallback): void => {
      const left = Math.min(breakAfter, stopAfter) - done;
      done += chunk.length;
      if (chunk.length <= left) {
        next(null, chunk);
        return;
      }
      // The bytes that may pass must arrive before the connection breaks.
      outgoing.write(chunk.subarray(0, left), () => {
        if (stopAfter < breakAfter) this.onStop();
        else outgoing.destroy();
      });
    };
    return new Transform({ transform });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
