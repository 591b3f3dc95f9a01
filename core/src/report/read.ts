/** Reads a report. From a fork it is whatever somebody put there: everything in it is checked, and time and memory have bounds. */
import { LobError } from "../errors.js";
import { quote } from "../descriptors/text.js";
import { printable } from "../format.js";
import { firstProblem, type JsonPath, type ReportProblem } from "./check.js";
import { contradiction } from "./consistent.js";
import { REPORT_LIMITS, type ReportLimits } from "./limits.js";
import { type Report, reportSchema } from "./types.js";

/**
 * @param source its text, or the bytes of it in UTF-8
 * @param limits of a report; {@link REPORT_LIMITS} by default
 * @throws LobError LOB4005, with the place in the document
 */
export function parseReport(source: string | Uint8Array, limits: ReportLimits = REPORT_LIMITS): Report {
  const size = typeof source === "string" ? Buffer.byteLength(source) : source.byteLength;
  if (size > limits.bytes) throw damaged(`it has ${size} bytes, and may have ${limits.bytes}`);
  const text = typeof source === "string" ? source : decoded(source);
  checkNesting(text, limits);
  const value = parsed(text);
  checkTexts(value);
  if (typeof value === "object" && value !== null && "schema" in value && typeof value.schema === "number" && value.schema > 1)
    throw damaged(`it has schema version ${value.schema}, and this release reads version 1`, "Let both jobs use the same release.");
  const problem = firstProblem(reportSchema, value);
  if (problem !== undefined) throw wrong(problem);
  const result = reportSchema.safeParse(value);
  if (!result.success) throw wrong({ path: (result.error.issues[0]?.path ?? []) as JsonPath, message: "it is wrong" });
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

/** Before anything is made of the text: how deep it goes, and how many values it has at most. */
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
    // The reason that JSON.parse gives quotes the text.
    throw damaged("it is not JSON");
  }
}

/** Halves of surrogate pairs, which no file in UTF-8 can hold, and the one name of a property that is no property. */
function checkTexts(value: unknown, path: JsonPath = []): void {
  if (typeof value === "string" && !value.isWellFormed()) throw wrong({ path, message: "it holds half a character" });
  if (typeof value !== "object" || value === null) return;
  for (const [key, one] of Object.entries(value)) {
    if (key === "__proto__" || !key.isWellFormed()) throw wrong({ path, message: `it has a name that cannot be: ${quote(key)}` });
    if (typeof one === "string" || typeof one === "object") checkTexts(one, [...path, key]);
  }
}

function wrong({ path, message }: ReportProblem): LobError {
  const place = path.map((part) => String(part).slice(0, 60)).join(".").slice(0, 200).toWellFormed(); // prettier-ignore
  return damaged(`at ${place === "" ? "its beginning" : printable(place)}, ${printable(message).slice(0, 300).toWellFormed()}`);
}

function damaged(what: string, hint?: string, cause?: unknown): LobError {
  return new LobError("LOB4005", `The report cannot be used: ${what}.`, {
    hint: hint ?? "Run the job that compares again. Nothing of this report was used.",
    ...(cause !== undefined && { cause }),
  });
}
