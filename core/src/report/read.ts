/** Parses reports. A report from a fork is untrusted: everything in it is checked, within limits of time and memory. */
import { LobError } from "../errors.js";
import { quote } from "../descriptors/text.js";
import { printable } from "../format.js";
import { firstProblem, type JsonPath, type ReportProblem } from "./check.js";
import { contradiction } from "./consistent.js";
import { REPORT_LIMITS, type ReportLimits } from "./limits.js";
import { type Report, reportSchema } from "./types.js";

/**
 * Parses and checks a report.
 *
 * @param source the text, or its bytes in UTF-8
 * @param limits default {@link REPORT_LIMITS}
 * @throws LobError LOB4005 (damaged report), with the place in the document
 */
export function parseReport(source: string | Uint8Array, limits: ReportLimits = REPORT_LIMITS): Report {
  const size = typeof source === "string" ? Buffer.byteLength(source) : source.byteLength;
  if (size > limits.bytes) throw damaged(`it has ${size} bytes; at most ${limits.bytes} are allowed`);
  const text = typeof source === "string" ? source : decoded(source);
  checkNesting(text, limits);
  const value = parsed(text);
  checkTexts(value);
  if (typeof value === "object" && value !== null && "schema" in value && typeof value.schema === "number" && value.schema > 1)
    throw damaged(`it has schema version ${value.schema}, but this release reads version 1`, "Use the same release in both jobs.");
  const problem = firstProblem(reportSchema, value);
  if (problem !== undefined) throw wrong(problem);
  const result = reportSchema.safeParse(value);
  if (!result.success) throw wrong({ path: (result.error.issues[0]?.path ?? []) as JsonPath, message: "it is invalid" });
  const broken = contradiction(result.data);
  if (broken !== undefined) throw wrong(broken);
  return result.data;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw damaged("it is not UTF-8", undefined, cause);
  }
}

/** Limits depth and number of values before the text is parsed. */
function checkNesting(text: string, limits: ReportLimits): void {
  let [depth, values, quoted] = [0, 1, false];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === COMMA) values++;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      values++;
      if (++depth > limits.depth) throw damaged(`it is nested deeper than ${limits.depth} levels`);
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
    if (values > limits.values) throw damaged(`it has more than ${limits.values} values`);
  }
}

const codeOf = (character: string): number => character.charCodeAt(0);
const [QUOTE, COMMA, BACKSLASH] = [codeOf('"'), codeOf(","), codeOf("\\")];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [codeOf("["), codeOf("]"), codeOf("{"), codeOf("}")];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The message of JSON.parse is dropped, because it quotes the untrusted text.
    throw damaged("it is not JSON");
  }
}

/** Refuses unpaired surrogates, which UTF-8 cannot encode, and the key `__proto__`. */
function checkTexts(value: unknown, path: JsonPath = []): void {
  if (typeof value === "string" && !value.isWellFormed()) throw wrong({ path, message: "it contains half a character" });
  if (typeof value !== "object" || value === null) return;
  for (const [key, one] of Object.entries(value)) {
    if (key === "__proto__" || !key.isWellFormed()) throw wrong({ path, message: `it has an invalid key: ${quote(key)}` });
    if (typeof one === "string" || typeof one === "object") checkTexts(one, [...path, key]);
  }
}

function wrong({ path, message }: ReportProblem): LobError {
  const place = path.map((part) => String(part).slice(0, 60)).join(".").slice(0, 200).toWellFormed(); // prettier-ignore
  return damaged(`at ${place === "" ? "the root" : printable(place)}, ${printable(message).slice(0, 300).toWellFormed()}`);
}

function damaged(what: string, hint?: string, cause?: unknown): LobError {
  return new LobError("LOB4005", `the report cannot be used: ${what}`, {
    hint: hint ?? "Run the comparing job again. Nothing from this report was used.",
    cause,
  });
}
