/** Ends `lobreg` with a clear error if Node is too old. Imported before everything else, so it must run on Nodes that cannot parse the rest. */
import { readFileSync } from "node:fs";

/** The error if `found` is older than the minimum in `engines` of package.json; undefined if it is new enough. */
export function nodeError(found: string, engines: string): { code: "LOB2013"; message: string; hint: string } | undefined {
  const numbers = (version: string): number[] =>
    version
      .replace(/^[^\d]*/, "")
      .split(".")
      .map(Number);
  const [major = 0, minor = 0] = numbers(found);
  const [minimumMajor = 0, minimumMinor = 0] = numbers(engines);
  if (major > minimumMajor || (major === minimumMajor && minor >= minimumMinor)) return undefined;
  return {
    code: "LOB2013",
    message: `this is Node ${found.replace(/^v/, "")}, but lobreg needs Node ${numbers(engines).join(".")} or newer`,
    hint: "Install a newer Node from https://nodejs.org. In a clone, `npx lobreg` runs on the Node that the clone installs.",
  };
}

const { engines } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { engines: { node: string } };
const error = nodeError(process.version, engines.node);
if (error !== undefined) {
  const { code, message, hint } = error;
  const details = { found: process.version, needed: engines.node, path: process.execPath };
  process.stderr.write(
    process.argv.includes("--json")
      ? `${JSON.stringify({ error: { code, message, hint, details } }, null, 2)}\n`
      : `lobreg: ${message} (${process.execPath}) [${code}]\n  ${hint}\n`,
  );
  process.exit(1);
}
