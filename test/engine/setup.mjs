// Before the first test of the suite: makes, once, what all of them use, and tells them where it is. Says what is missing where it cannot.
import { prepare } from "./support/prepare.ts";

export default async () => {
  const { prepared, clear } = await prepare((line) => process.stderr.write(`engine: ${line}\n`));
  process.env["LOB_REGISTRY_ENGINE"] = JSON.stringify(prepared);
  return clear;
};
