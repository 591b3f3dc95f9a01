import { expect, test } from "@jest/globals";
import { LobError, type Code } from "lob-registry-core";
import { explain } from "./advice.js";

const situation = (mayHaveIdentity: boolean, ownKey = false) => ({ mayHaveIdentity, ownKey });
const hint = (code: Code, mayHaveIdentity = true, ownKey = false): string | undefined =>
  explain(new LobError(code, "what happened", { hint: "core's own" }), situation(mayHaveIdentity, ownKey)).hint;

test("names the missing permission or step if there are no credentials", () => {
  expect(hint("LOB2001", false)).toMatch(
    /permissions: \{ id-token: write, contents: read \}.*aws-actions\/configure-aws-credentials before this one/,
  );
  expect(hint("LOB2001", true)).toMatch(/has id-token: write.*add a step with aws-actions\/configure-aws-credentials before this one/);
});

test("names inputs and steps as a workflow writes them", () => {
  expect(hint("LOB2002")).toMatch(/input region.*aws-region/);
  expect(hint("LOB2004")).toMatch(/again.*role-duration-seconds/);
  expect(hint("LOB3005")).toContain("idempotency-key: ${{ github.run_id }}-${{ github.run_attempt }}");
  expect(hint("LOB3005", true, true)).toMatch(/^Use another idempotency-key/);
  expect(hint("LOB3006")).toContain("take-over: true");
});

test("keeps core's hint if it fits a workflow", () => {
  expect(explain(new LobError("LOB2003", "denied", { hint: "core's own" }), situation(true))).toEqual({
    code: "LOB2003",
    message: "denied",
    hint: "core's own",
  });
  expect(explain(new LobError("LOB1005", "nothing there"), situation(true))).toEqual({ code: "LOB1005", message: "nothing there" });
});

test("reports an unexpected error as an internal one", () => {
  expect(explain(new TypeError("x is not a function"), situation(true))).toEqual({
    code: "LOB9001",
    message: "TypeError: x is not a function",
    hint: expect.stringMatching(/debug logging/),
  });
  expect(explain("thrown text", situation(true)).message).toBe("thrown text");
});
