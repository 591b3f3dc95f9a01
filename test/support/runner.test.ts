import { describe, expect, test } from "@jest/globals";
import { parseCommandFile } from "./runner.ts";

describe("the file of outputs", () => {
  test("has values of one line and of several", () => {
    const text = 'version=2\njson<<ghadelimiter_1\n{\n  "a": "b=c"\n}\nghadelimiter_1\nempty=\nlast<<E\none\nE\n';
    expect(parseCommandFile(text)).toEqual({ version: "2", json: '{\n  "a": "b=c"\n}', empty: "", last: "one" });
  });

  test.each([["no value"], ["json<<END\nnever ended\n"]])("%j is refused", (text) => {
    expect(() => parseCommandFile(text)).toThrow();
  });
});
