import { expect, test } from "@jest/globals";
import { LobError } from "lob-registry-core";
import { problemOf, tracesOf, wordsOf, type ActionProblem } from "./problem.js";

const PAGE = "https://github.com/acme/lob-registry/blob/v1/docs/errors.md";

test("keeps only the request ids of an AWS error", () => {
  const details = { requestId: "R1", extendedRequestId: "X1", status: 403, awsError: "AccessDenied" };
  expect(problemOf(new LobError("LOB2003", "denied", { hint: "Ask.", details }))).toEqual({
    code: "LOB2003",
    message: "denied",
    hint: "Ask.",
    requestId: "R1",
    extendedRequestId: "X1",
  });
  expect(problemOf(new LobError("LOB2003", "denied", { details: { requestId: undefined } }))).toEqual({
    code: "LOB2003",
    message: "denied",
  });
});

test.each<[string, ActionProblem, string | undefined, string]>([
  ["the message alone", { code: "LOB1005", message: "it is empty" }, undefined, "it is empty"],
  ["with the next step", { code: "LOB1005", message: "it is empty.", hint: "Fill it." }, undefined, "it is empty. Fill it."],
  [
    "with the request's ids",
    { code: "LOB2003", message: "denied", hint: "Ask.", requestId: "R1", extendedRequestId: "X1" },
    undefined,
    "denied. Ask. (AWS request id R1, extended request id X1)",
  ],
  [
    "with the place to read on",
    { code: "LOB2003", message: "denied", requestId: "R1" },
    PAGE,
    `denied (AWS request id R1) More: ${PAGE}#lob2003`,
  ],
])("prints %s", (_, problem, page, words) => expect(wordsOf(problem, page)).toBe(words));

test("prints the stack traces of all causes, up to a limit", () => {
  const cause = new Error("the reason");
  expect(tracesOf(new TypeError("what happened", { cause }))).toMatch(/^TypeError: what happened\n[\s\S]+\ncaused by Error: the reason\n/);
  const circle = new Error("round");
  circle.cause = circle;
  expect(tracesOf(circle).match(/caused by/g)).toHaveLength(4);
  expect(tracesOf("no error")).toBe("");
});
