/** `lobreg explain`: what an error's code means. Asks nobody. */
import { CODES, type Code } from "../errors.js";
import { EXPLANATIONS } from "../explanations.js";
import { usage, type Context } from "./command.js";
import { wrap } from "./wrap.js";

export function explainCommand({ output }: Context, what: string | undefined): void {
  const codes = Object.keys(CODES) as Code[];
  if (what === undefined) {
    output.result(
      CODES,
      () => codes.join("\n"),
      () => codes.map((code) => `${output.style("bold", code)}  ${CODES[code]}`).join("\n"),
    );
    return;
  }
  const code = codes.find((known) => known === what.toUpperCase() || known.slice("LOB".length) === what);
  if (code === undefined) {
    throw usage(`${JSON.stringify(what)} is not the code of an error`, { hint: "`lobreg explain` without a code lists all of them." });
  }
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
        "Mend",
        `  ${wrap(mend, width, "  ", 2)}`,
        ...(example === undefined ? [] : ["", "Example", ...example.split("\n").map((line) => `  ${line}`)]),
      ].join("\n"),
  );
}
