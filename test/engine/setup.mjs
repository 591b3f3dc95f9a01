// Runs before the first test of the suite: prepares everything that the tests share, or reports what is missing.
import { prepare } from "./support/prepare.ts";

export default async () => {
  const { prepared, clear } = await prepare((line) => process.stderr.write(`engine: ${line}\n`));
  process.env["LOB_REGISTRY_ENGINE"] = JSON.stringify(prepared);
  return clear;
};
