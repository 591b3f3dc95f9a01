import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { LobError } from "lob-registry-core";
import { z } from "zod";
import { connectGitHub, type GitHub } from "./github.js";

type FakeResponse = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

let server: Server;
let url: string;
/** The responses in order; undefined breaks the connection. */
let answers: FakeResponse[];
let seen: { request: string; headers: IncomingMessage["headers"]; body: string }[];
let slept: number[];
const environment = { ...process.env };

beforeEach(async () => {
  process.env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name)));
  jest.resetModules(); // GitHub's toolkit reads the proxy variables on import
  [answers, seen, slept] = [[], [], []];
  server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
    incoming.on("end", () => {
      seen.push({ request: `${incoming.method ?? ""} ${incoming.url ?? ""}`, headers: incoming.headers, body });
      const [status, answer, headers] = answers.shift() ?? [];
      if (status === undefined) return void incoming.socket.destroy();
      outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  process.env = { ...environment };
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function client(apiUrl = url, signal?: AbortSignal): Promise<GitHub> {
  process.env["GITHUB_API_URL"] = apiUrl; // like the runner
  return connectGitHub({
    token: "ghs_secret",
    apiUrl,
    sleep: (milliseconds) => Promise.resolve(slept.push(milliseconds)),
    ...(signal && { signal }),
  });
}
const CALL = { what: "reading pull request 7", permission: "pull-requests: read", answer: z.object({ number: z.number() }) };
const read = async (github = client()): Promise<{ number: number }> =>
  (await github).rest("GET /repos/{owner}/{repo}/pulls/{pull_number}", { owner: "acme", repo: "m", pull_number: 7 }, CALL);
const create = async (github = client()): Promise<{ number: number }> =>
  (await github).rest(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    { owner: "a", repo: "m", issue_number: 7, body: "x" },
    CALL,
  );
const query = async (github = client()): Promise<{ number: number }> =>
  (await github).graphql("query ($n: Int!) { x(n: $n) }", { n: 1 }, CALL);

const problem = (work: Promise<unknown>): Promise<LobError> =>
  work.then(
    () => Promise.reject(new Error("it went through")),
    (error: unknown) => (error instanceof LobError ? error : Promise.reject(error as Error)),
  );

test.each(["ghs_sec ret", "ghs_sec\nret", "ghs_secret\u2028", "ghs_sécret", ""])(
  "an impossible token is neither sent nor shown (%j)",
  async (token) => {
    const error = await problem(connectGitHub({ token, apiUrl: url }));
    expect(error).toMatchObject({ code: "LOB1002", message: expect.stringContaining("github-token") });
    expect(error.message).not.toMatch(/ghs_|ret/);
  },
);

test("logs GitHub's deprecation notices only for debugging", async () => {
  const warned = jest.spyOn(console, "warn").mockImplementation(() => undefined);
  const told: string[] = [];
  answers = [[200, { number: 7 }, { deprecation: "Sat, 01 Nov 2025 00:00:00 GMT", sunset: "x" }]];
  process.env["GITHUB_API_URL"] = url;
  await read(connectGitHub({ token: "ghs_secret", apiUrl: url, debug: (line) => told.push(line) }));
  expect(told.join("\n")).toContain("is deprecated");
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

test("sends the token and parses the response", async () => {
  answers = [[200, { number: 7, more: "left alone" }]];
  expect(await read()).toEqual({ number: 7 });
  expect(seen).toMatchObject([
    { request: "GET /repos/acme/m/pulls/7", headers: { authorization: "token ghs_secret", "user-agent": expect.stringMatching(/^lob-registry-action\//) } },
  ]); // prettier-ignore
  answers = [[200, { number: "7" }]];
  const error = await problem(read());
  expect(error).toMatchObject({ code: "LOB2012", message: expect.stringMatching(/^reading pull request 7: .*number/) });
});

test("uses the GraphQL URL of GitHub and of GitHub Enterprise Server", async () => {
  answers = [
    [200, { data: { number: 1 } }],
    [200, { data: { number: 2 } }],
  ];
  expect([await query(), await query(client(`${url}/api/v3`))]).toEqual([{ number: 1 }, { number: 2 }]);
  expect(seen.map(({ request }) => request)).toEqual(["POST /graphql", "POST /api/graphql"]);
  expect(JSON.parse(seen[0]!.body)).toEqual({ query: "query ($n: Int!) { x(n: $n) }", variables: { n: 1 } });
});

describe("retries", () => {
  const limited: FakeResponse = [403, { message: "You have exceeded a secondary rate limit." }, { "retry-after": "60" }];
  const broken: FakeResponse = [502, "a page"];

  test.each([
    ["a read after an outage", [broken, broken], read, [1000, 2000]],
    ["a query after an outage", [broken], query, [1000]],
    ["a limit, after as long as GitHub asks for", [limited, limited], create, [60_000, 60_000]],
    ["a limit by 429", [[429, { message: "slow" }, { "retry-after": "3" }] as const], create, [3000]],
    ["a limit of GraphQL, which has status 200", [[200, { errors: [{ type: "RATE_LIMITED", message: "x" }] }] as const], query, [1000]],
    ["a query that GitHub gave up on", [[200, { errors: [{ message: "Something went wrong" }] }] as const], query, [1000]],
  ])("%s", async (_, before, send, pauses) => {
    answers = [...before, [200, send === query ? { data: { number: 7 } } : { number: 7 }]];
    expect(await send()).toEqual({ number: 7 });
    expect(slept).toEqual(pauses);
  });

  test("a read after a broken connection", async () => {
    const github = client();
    const work = read(github);
    answers = [];
    expect(await problem(work)).toMatchObject({ code: "LOB2012", message: expect.stringContaining(`GitHub at ${url} does not respond`) });
    expect(seen).toHaveLength(5);
    expect(slept).toEqual([1000, 2000, 4000, 8000]);
  });

  test.each([
    ["an outage", broken],
    ["a broken connection", undefined],
  ])("not a write that GitHub may have done: %s", async (_, answer) => {
    answers = answer ? [answer, [201, { number: 7 }]] : [];
    expect(await problem(create())).toMatchObject({ code: "LOB2012" });
    expect(seen).toHaveLength(1);
  });

  test("only for a limited time", async () => {
    answers = Array.from({ length: 5 }, () => limited);
    const error = await problem(read());
    expect(error).toMatchObject({ code: "LOB2012", message: expect.stringContaining("a wait of 60 s") });
    expect(slept).toEqual([60_000, 60_000]);
    answers = [[429, { message: "x" }, { "retry-after": "3600" }]];
    slept = [];
    expect(await problem(read())).toMatchObject({ code: "LOB2012", message: expect.stringContaining("a wait of 3600 s") });
    expect(slept).toEqual([]);
  });

  test("not in a cancelled run", async () => {
    const reason = new LobError("LOB2010", "cancelled");
    const abort = new AbortController();
    answers = [broken];
    const github = connectGitHub({
      token: "x",
      apiUrl: url,
      signal: abort.signal,
      sleep: () => {
        abort.abort(reason);
        return Promise.resolve();
      },
    });
    expect(await problem(read(github))).toBe(reason);
    expect(await problem(read(client(url, abort.signal)))).toBe(reason);
  });
});

test.each([
  [403, { message: "Resource not accessible by integration" }, /"pull-requests: read" under "permissions:"/],
  [404, { message: "Not Found" }, /"pull-requests: read" under "permissions:"/],
  [401, { message: "Bad credentials" }, /github-token/],
  [422, { message: "Validation Failed", errors: [{ field: "body" }] }, /The message quotes GitHub/],
])("reports %d with a hint and does not retry it", async (status, body, hint) => {
  answers = [[status, body]];
  const error = await problem(read());
  expect(error).toMatchObject({ code: "LOB2011", details: { status }, hint: expect.stringMatching(hint) });
  expect(error.message).toMatch(`reading pull request 7: GitHub refused it (${status}: ${body.message}`);
  expect(seen).toHaveLength(1);
});

test.each(["NOT_FOUND", "FORBIDDEN"])("reports a query refused with %s", async (type) => {
  answers = [[200, { data: null, errors: [{ type, message: "no" }] }]];
  expect(await problem(query())).toMatchObject({ code: "LOB2011", details: { status: type === "FORBIDDEN" ? 403 : 404 } });
});

test("never shows the token in a message", async () => {
  answers = [[401, { message: "Bad credentials" }]];
  const error = await problem(read());
  expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain("ghs_secret");
});

test.each(["", "github.com", "file:///etc/passwd", "https://user@github.com", "https://x/?a"])(
  "%j is not the URL of an API",
  async (address) => {
    await expect(client(address)).rejects.toMatchObject({ code: "LOB1002" });
  },
);

describe("proxies", () => {
  /** Connects every tunnel to the server. */
  async function withProxy(work: (proxy: string, tunnels: string[]) => Promise<void>): Promise<void> {
    const tunnels: string[] = [];
    const proxy = createServer().on("connect", ({ url: host }, socket) => {
      tunnels.push(host ?? "");
      const onward = connect((server.address() as AddressInfo).port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const each of [socket, onward]) each.on("error", () => [socket, onward].forEach((end) => end.destroy()));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    try {
      await work(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels);
    } finally {
      proxy.closeAllConnections();
      server.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    }
  }

  test.each(["http_proxy", "HTTP_PROXY"])("%s is used", (name) =>
    withProxy(async (proxy, tunnels) => {
      process.env[name] = proxy;
      answers = [[200, { number: 7 }], [200, { data: { number: 8 } }]]; // prettier-ignore
      const github = client("http://github.example.test/api/v3");
      expect([await read(github), await query(github)]).toEqual([{ number: 7 }, { number: 8 }]);
      expect(new Set(tunnels)).toEqual(new Set(["github.example.test:80"]));
    }),
  );

  test("no_proxy bypasses the proxy", () =>
    withProxy(async (proxy, tunnels) => {
      // A name of this machine that is not a loopback address, which never uses a proxy.
      const mapped = url.replace("127.0.0.1", "[::ffff:127.0.0.1]");
      answers = [[200, { number: 7 }], [200, { number: 8 }]]; // prettier-ignore
      process.env["http_proxy"] = proxy;
      expect(await read(client(mapped))).toEqual({ number: 7 });
      expect(tunnels).toHaveLength(1);
      process.env["no_proxy"] = new URL(mapped).hostname;
      jest.resetModules();
      expect(await read(client(mapped))).toEqual({ number: 8 });
      expect(tunnels).toHaveLength(1);
    }));
});
