import { expect, test } from "@jest/globals";
import { nodeError } from "./require-node.js";

test.each(["v22.12.0", "v22.13.1", "v23.0.0", "v24.21.0", "v100.0.0"])("Node %s is new enough", (found) => {
  expect(nodeError(found, ">=22.12")).toBeUndefined();
});

test.each(["v22.11.9", "v20.20.2", "v9.99.0", "v16.0.0"])("Node %s is refused, and both versions are named", (found) => {
  const error = nodeError(found, ">=22.12");
  expect(error?.message).toBe(`this is Node ${found.slice(1)}, but lobreg needs Node 22.12 or newer`);
});
