/** `lobreg explain`: prints what an error code means. Sends no request. */
import { CODES, type Code } from "../../errors.js";
import { EXPLANATIONS } from "../../explanations.js";
import { usage } from "../arguments.js";
import { command } from "../command.js";
import type { CommandContext } from "../context.js";
import { wrap } from "../wrap.js";

export const explain = command({
  name: "explain",
  description: "Explain an error code: causes and fix",
  arguments: [["[code]", "e.g. LOB3003; lists all codes if omitted"]],
  options: {},
  examples: ["lobreg explain LOB3003"],
  run({ output }, [what]) {
    if (what === undefined) listCodes(output);
    else explainCode(output, codeOf(what));
    return Promise.resolve("ok");
  },
});

const ALL = Object.keys(CODES) as Code[];

/** Takes `LOB3003`, `lob3003` and `3003`. */
function codeOf(text: string): Code {
  const code = ALL.find((known) => known === text.toUpperCase() || known.slice("LOB".length) === text);
  if (code !== undefined) return code;
  throw usage(`${JSON.stringify(text)} is not an error code`, { hint: "`lobreg explain` without a code lists all of them." });
}

function listCodes(output: CommandContext["output"]): void {
  output.result(
    CODES,
    () => ALL.join("\n"),
    () => ALL.map((code) => `${output.style("bold", code)}  ${CODES[code]}`).join("\n"),
  );
}

function explainCode(output: CommandContext["output"], code: Code): void {
  const { causes, mend, example } = EXPLANATIONS[code];
  const meaning = CODES[code];
  const width = output.width === undefined ? undefined : Math.min(output.width, 100);
  output.result(
    { code, meaning, causes, mend },
    () => meaning,
    () =>
      [
        `${output.style("bold", code)}  ${wrap(meaning, width, "  ", code.length + 2)}`,
        "",
        causes.length === 1 ? "Cause" : "Causes",
        ...causes.map((cause) => `  - ${wrap(cause, width, "    ", 4)}`),
        "",
        "Fix",
        `  ${wrap(mend, width, "  ", 2)}`,
        ...(example === undefined ? [] : ["", "Example", ...example.split("\n").map((line) => `  ${line}`)]),
      ].join("\n"),
  );
}
