import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { environmentProxyAgent } from "./proxy.js";

/** A local server that records requests. */
class Recorder {
  readonly server = http.createServer((request, response) => {
    this.requests.push(`${request.method} ${request.url}`);
    this.headers.push(request.headers);
    response.end(this.name);
  });
  readonly requests: string[] = [];
  readonly headers: http.IncomingHttpHeaders[] = [];
  readonly name: string;
  connections = 0;
  /** Local port that every tunnel leads to. Without it, tunnels are refused, as by a proxy that does not allow the host. */
  tunnelTo: number | undefined;

  constructor(name: string) {
    this.name = name;
    this.server.on("connection", () => this.connections++);
    this.server.on("connect", (request, socket) => {
      this.requests.push(`CONNECT ${request.url}`);
      this.headers.push(request.headers);
      if (this.tunnelTo === undefined) return void socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      const tunnel = net.connect(this.tunnelTo, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(tunnel).pipe(socket);
      });
      tunnel.on("error", () => socket.destroy());
      socket.on("error", () => tunnel.destroy());
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

let target: Recorder;
let proxy: Recorder;
let agent: https.Agent;
beforeEach(async () => {
  process.env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
  target = await new Recorder("target").listen();
  proxy = await new Recorder("proxy").listen();
  agent = environmentProxyAgent();
});
afterEach(async () => {
  agent.destroy();
  await Promise.all([target.close(), proxy.close()]);
});

/** Encryption without a certificate, because only the route of the bytes is tested. */
const ANONYMOUS = {
  ciphers: "AECDH-AES256-SHA:@SECLEVEL=0",
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.2",
  rejectUnauthorized: false,
} as const;

/** Server that answered a request, and its answer. */
function ask(url: string, options: https.RequestOptions = {}): Promise<{ body: string; status: number | undefined }> {
  return new Promise((resolve, reject) => {
    const { request } = url.startsWith("https:") ? https : http;
    request(url, { agent, ...options }, (response) => {
      let body = "";
      response
        .setEncoding("utf8")
        .on("data", (text: string) => (body += text))
        .on("end", () => resolve({ body, status: response.statusCode }));
    })
      .on("error", reject)
      .end();
  });
}

test("a destroyed agent closes its open connections", async () => {
  const connected = once(target.server, "connection") as Promise<[net.Socket]>;
  await ask(`http://127.0.0.1:${target.port}/`);
  const [socket] = await connected;
  const closed = once(socket, "close").then(() => "closed");
  expect(await Promise.race([closed, sleep(50, "open", { ref: false })])).toBe("open");
  agent.destroy();
  expect(await Promise.race([closed, sleep(60_000, "open", { ref: false })])).toBe("closed");
});

describe("without a proxy in the environment", () => {
  test("a request goes to its target, over a reused connection", async () => {
    const url = `http://127.0.0.1:${target.port}/x`;
    expect(await ask(url)).toEqual({ body: "target", status: 200 });
    expect(await ask(url)).toEqual({ body: "target", status: 200 });
    expect(target.requests).toEqual(["GET /x", "GET /x"]);
    expect(target.connections).toBe(1);
  });
});

describe("with a proxy in the environment", () => {
  test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])(
    "%s: a plain request goes to the proxy, and names its host",
    async (name) => {
      process.env[name] = `http://127.0.0.1:${proxy.port}`;
      expect((await ask("http://s3.example.test/bucket/key")).body).toBe("proxy");
      expect((await ask("http://s3.example.test/bucket/other")).body).toBe("proxy");
      expect(proxy.requests).toEqual(["GET http://s3.example.test/bucket/key", "GET http://s3.example.test/bucket/other"]);
      expect(proxy.headers[0]).toMatchObject({ host: "s3.example.test" });
    },
  );

  test.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])(
    "%s: an encrypted request asks the proxy for a tunnel to its target",
    async (name) => {
      process.env[name] = `http://user:secret@127.0.0.1:${proxy.port}`;
      expect((await ask("https://bucket.s3.us-east-1.amazonaws.com/key")).status).toBe(403);
      expect(proxy.requests).toEqual(["CONNECT bucket.s3.us-east-1.amazonaws.com:443"]);
      expect(proxy.headers[0]!["proxy-authorization"]).toBe(`Basic ${Buffer.from("user:secret").toString("base64")}`);
    },
  );

  test("a tunnel is reused", async () => {
    process.env["HTTPS_PROXY"] = `http://127.0.0.1:${proxy.port}`;
    const encrypted = https.createServer(ANONYMOUS, (request, response) => response.end(`encrypted ${request.url}`));
    await new Promise<void>((resolve) => encrypted.listen(0, "127.0.0.1", resolve));
    try {
      proxy.tunnelTo = (encrypted.address() as AddressInfo).port;
      expect(await ask("https://s3.example.test/a", ANONYMOUS)).toEqual({ body: "encrypted /a", status: 200 });
      expect(await ask("https://s3.example.test/b", ANONYMOUS)).toEqual({ body: "encrypted /b", status: 200 });
      expect(proxy.requests).toEqual(["CONNECT s3.example.test:443"]);
    } finally {
      agent.destroy();
      encrypted.closeAllConnections();
      await new Promise((resolve) => encrypted.close(resolve));
    }
  });

  test("the scheme decides which variable applies", async () => {
    process.env["HTTPS_PROXY"] = `http://127.0.0.1:${proxy.port}`;
    expect((await ask(`http://127.0.0.1:${target.port}/`)).body).toBe("target");
    expect(proxy.requests).toEqual([]);
  });

  test.each(["NO_PROXY", "no_proxy"])("%s: requests to the hosts that it names bypass the proxy", async (name) => {
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${proxy.port}`;
    process.env[name] = "169.254.169.254,127.0.0.1";
    expect((await ask(`http://127.0.0.1:${target.port}/`)).body).toBe("target");
    expect((await ask("http://dynamodb.example.test/")).body).toBe("proxy");
    expect((await ask(`http://127.0.0.1:${target.port}/`)).body).toBe("target");
    expect([target.requests.length, proxy.requests.length]).toEqual([2, 1]);
  });

  test("NO_PROXY=* bypasses the proxy for all hosts", async () => {
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${proxy.port}`;
    process.env["NO_PROXY"] = "*";
    expect((await ask(`http://127.0.0.1:${target.port}/`)).body).toBe("target");
  });
});
