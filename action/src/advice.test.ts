import { expect, test } from "@jest/globals";
import { LobError, type Code } from "lob-registry-core";
import { explain } from "./advice.js";

const situation = (mayHaveIdentity: boolean, ownKey = false) => ({ mayHaveIdentity, ownKey });
const hint = (code: Code, mayHaveIdentity = true, ownKey = false): string | undefined =>
  explain(new LobError(code, "what happened", { hint: "core's own" }), situation(mayHaveIdentity, ownKey)).hint;

test("without credentials: which permission and which step are missing", () => {
  expect(hint("LOB2001", false)).toMatch(
    /permissions: \{ id-token: write, contents: read \}.*aws-actions\/configure-aws-credentials before this one/,
  );
  expect(hint("LOB2001", true)).toMatch(/has id-token: write.*add a step with aws-actions\/configure-aws-credentials before this one/);
});

test("inputs and steps are named as a workflow writes them", () => {
  expect(hint("LOB2002")).toMatch(/input region.*aws-region/);
  expect(hint("LOB2004")).toMatch(/again.*role-duration-seconds/);
  expect(hint("LOB3005")).toContain("idempotency-key: ${{ github.run_id }}-${{ github.run_attempt }}");
  expect(hint("LOB3005", true, true)).toMatch(/^Give another idempotency-key/);
  expect(hint("LOB3006")).toContain("take-over: true");
});

test("what core says is good for a workflow too, is left", () => {
  expect(explain(new LobError("LOB2003", "denied", { hint: "core's own" }), situation(true))).toEqual({
    code: "LOB2003",
    message: "denied",
    hint: "core's own",
  });
  expect(explain(new LobError("LOB1005", "nothing there"), situation(true))).toEqual({ code: "LOB1005", message: "nothing there" });
});

test("an error that nobody foresaw is an internal one, and says how to report it", () => {
  expect(explain(new TypeError("x is not a function"), situation(true))).toEqual({
    code: "LOB9001",
    message: "TypeError: x is not a function",
    hint: expect.stringMatching(/debug logging/),
  });
  expect(explain("thrown text", situation(true)).message).toBe("thrown text");
});
