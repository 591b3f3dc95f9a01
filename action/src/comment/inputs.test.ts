import { expect, test } from "@jest/globals";
import { emptyInputs } from "../testing.js";
import { COMMENT_INPUTS, readInputs, type RawCommentInputs } from "./inputs.js";

const GIVEN = { report: "report", "github-token": "ghs_x" };
const raw = (given: Partial<RawCommentInputs> = {}): RawCommentInputs => ({ ...emptyInputs(COMMENT_INPUTS), ...given });

test("reads every input", () => {
  expect(readInputs(raw(GIVEN))).toEqual({ inputs: { report: "report", githubToken: "ghs_x", perModel: false, skipUnchanged: true } });
  const all = {
    ...GIVEN,
    "pull-request": "7",
    "per-model": "True",
    "skip-unchanged": "false",
    key: "nightly",
    "report-url": "https://ci.example/report?x=1",
  };
  expect(readInputs(raw(all))).toEqual({
    inputs: {
      report: "report",
      githubToken: "ghs_x",
      pullRequest: 7,
      perModel: true,
      skipUnchanged: false,
      key: "nightly",
      reportUrl: "https://ci.example/report?x=1",
    },
  });
});

test.each([
  ["report", ""],
  ["github-token", ""],
  ["pull-request", "0"],
  ["pull-request", "7; rm"],
  ["pull-request", "99999999999"],
  ["per-model", "yes"],
  ["skip-unchanged", "1"],
  ["key", "a b"],
  ["key", "x".repeat(51)],
  ["report-url", "javascript:alert(1)"],
  ["report-url", "https://a:b@evil.example"],
] as const)("refuses %s: %j and names it", (name, value) => {
  expect(readInputs(raw({ ...GIVEN, [name]: value }))).toEqual({
    problems: [{ code: "LOB1002", message: expect.stringContaining(`"${name}"`), hint: expect.any(String) }],
  });
});

test("reports everything that is wrong at once", () => {
  expect(readInputs(raw({ "pull-request": "x", key: "?" }))).toHaveProperty("problems.length", 4);
});
