import { expect, test } from "@jest/globals";
import { describeFailure, errorOf } from "./github-failures.js";

const NOW = 1_800_000_000_000;
const thrown = (status: number, message: string, headers: Record<string, string> = {}): object => ({
  status,
  message,
  response: { headers },
});

test.each([
  [
    "a missing permission",
    thrown(403, "Resource not accessible by integration", { "x-ratelimit-remaining": "4000" }),
    { kind: "refused", status: 403 },
  ],
  ["a locked conversation", thrown(403, "Unable to create comment because issue is locked."), { kind: "refused", status: 403 }],
  ["the secondary limit, without a header", thrown(403, "You have exceeded a secondary rate limit."), { kind: "busy", status: 403 }],
  [
    "the primary limit, until its reset",
    thrown(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000030" }),
    { kind: "busy", status: 403, retryAfter: 31_000 },
  ],
  [
    "a reset that is past",
    thrown(429, "x", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000" }),
    { kind: "busy", status: 429, retryAfter: 1000 },
  ],
  ["an outage that says until when", thrown(503, "x", { "retry-after": "5" }), { kind: "broken", status: 503, retryAfter: 5000 }],
  ["a header that is no number", thrown(429, "x", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }), { kind: "busy", status: 429 }],
  ["no answer", Object.assign(new Error("connect ECONNREFUSED"), { status: 500 }), { kind: "broken", message: "connect ECONNREFUSED" }],
  ["anything else", "text", { kind: "broken", message: "text" }],
  [
    "errors of GraphQL of two kinds",
    { message: "x", errors: [{ message: "a" }, { type: "FORBIDDEN" }, null] },
    { kind: "refused", status: 403 },
  ],
])("%s", (_, error, failure) => {
  expect(describeFailure(error, NOW)).toEqual({ message: expect.any(String), ...failure });
});

test.each([
  ["Resource not accessible by integration", 'Add the line "checks: write"'],
  ["Must have admin rights to Repository.", 'Add the line "checks: write"'],
  ["Repository was archived so is read-only.", "The message quotes GitHub."],
  ["Commenting is disabled on issues with more than 2500 comments", "The message quotes GitHub."],
])("suggests a permission only if one is missing: %s", (message, hint) => {
  const error = errorOf(describeFailure(thrown(403, message)), {
    what: "x",
    permission: "checks: write",
    apiUrl: "https://api.github.com",
  });
  expect(error.hint).toContain(hint);
});

test("shortens GitHub's message to one line", () => {
  const { message } = describeFailure(thrown(422, `a\n::error::b${"x".repeat(10_000)}`));
  expect(message).not.toContain("\n");
  expect(message.length).toBeLessThanOrEqual(500);
});
