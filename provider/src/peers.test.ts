import { expect, test } from "@jest/globals";
import { requireAws } from "./peers";

test.each(["7.21.0", "7.22.1", "7.100.0-alpha.1"])("works with @pulumi/aws %s", (version) =>
  expect(() => requireAws(version)).not.toThrow(),
);

test.each(["6.83.0", "7.20.9", "8.0.0"])("refuses @pulumi/aws %s in one sentence that says what to run", (version) => {
  const message = `lob-registry needs @pulumi/aws 7.21 or a later 7.x, and found ${version}: run \`npm install @pulumi/aws@7\`.`;
  expect(() => requireAws(version)).toThrow(new Error(message));
});

test("works with the release that is installed here", () => expect(() => requireAws()).not.toThrow());
