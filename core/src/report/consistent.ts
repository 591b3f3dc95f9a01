/** Checks what a schema cannot: conditions on a report that its renderers rely on. */
import type { Diff, DescribedModel, MetricChange } from "../diff/types.js";
import { textProblem } from "../descriptors/text.js";
import type { JsonPath, ReportProblem } from "./check.js";
import type { Compared, Report } from "./types.js";

const problem = (path: JsonPath, message: string): ReportProblem => ({ path, message });

/** Returns the first contradiction in a report; undefined without one. */
export function contradiction(report: Report): ReportProblem | undefined {
  const unprintable = textOfOurs(report.createdBy, ["createdBy"]);
  if (unprintable !== undefined) return unprintable;
  const seen = new Set<string>();
  for (const [i, model] of report.models.entries()) {
    const path: JsonPath = ["models", i];
    const name = `${model.lob}/${model.model}`;
    if (seen.has(name)) return problem(path, `${name} is listed twice`);
    seen.add(name);
    const found = model.kind === "compared" ? inCompared(model, path) : textOfOurs(model.message, [...path, "message"]) ?? textOfOurs(model.hint, [...path, "hint"]); // prettier-ignore
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Checks a text that this program wrote, as opposed to a text from a model: it must be printable. */
function textOfOurs(text: string | undefined, path: JsonPath): ReportProblem | undefined {
  if (text === undefined) return undefined;
  const wrong = textProblem(text.trim(), { max: 10_000, allowEmpty: true, multiline: true });
  return wrong === undefined ? undefined : problem(path, `it ${wrong}`);
}

function inCompared(model: Compared, path: JsonPath): ReportProblem | undefined {
  const { base, candidate, diff, gates } = model;
  for (const [i, { gate, reason, outcome }] of gates.entries()) {
    const at = [...path, "gates", i];
    const wrong = textOfOurs(gate, [...at, "gate"]) ?? textOfOurs(reason, [...at, "reason"]);
    if (wrong !== undefined) return wrong;
    if (outcome === "unknown" && base.kind !== "unknown") return problem(at, "it is unknown, but the base is known");
  }
  if (base.kind === "version" && diff === undefined) return problem([...path, "diff"], "it is missing, but the base is a version");
  if (base.kind !== "version" && diff !== undefined) return problem([...path, "diff"], "it is present, but the base is not a version");
  const text = base.kind === "version" ? base.ref : base.kind === "unknown" ? base.reason : undefined;
  const wrong = textOfOurs(text, [...path, "base"]);
  if (wrong !== undefined || diff === undefined) return wrong;
  if (!isSame(candidate, diff.after)) return problem([...path, "candidate"], "it differs from the newer model of the diff");
  return inDiff(diff, [...path, "diff"]);
}

const isSame = (one: DescribedModel, other: DescribedModel): boolean =>
  one.treeDigest === other.treeDigest && one.name === other.name && one.files === other.files && one.contentBytes === other.contentBytes;

function inDiff(diff: Diff, path: JsonPath): ReportProblem | undefined {
  for (const [kind, lists] of [["files", diff.files], ["tensors", diff.tensors]] as const) {
    for (const list of ["added", "removed", "changed", "renamed"] as const) {
      const { count, items } = lists[list];
      if (count < items.length) return problem([...path, kind, list, "count"], "it is less than the number of listed items");
    }
  } // prettier-ignore
  for (const [i, { added, removed }] of diff.cards.entries()) {
    for (const [list, { count, items }] of [["added", added], ["removed", removed]] as const)
      if (count < items.length) return problem([...path, "cards", i, list, "count"], "it is less than the number of listed items");
  } // prettier-ignore
  if (diff.properties.count < diff.properties.items.length)
    return problem([...path, "properties", "count"], "it is less than the number of listed items");
  const metric = diff.metrics.findIndex((one) => !isPossible(one));
  if (metric >= 0) return problem([...path, "metrics", metric], "its verdict contradicts its values");
  if (diff.signature?.breaking === false && diff.signature.columns.some(({ breaking }) => breaking))
    return problem([...path, "signature", "breaking"], "a column breaks callers, but the signature does not");
  if (!diff.different && (diff.before.treeDigest !== diff.after.treeDigest || diff.metrics.some(({ verdict }) => verdict !== "same")))
    return problem([...path, "different"], "it claims that nothing differs");
  for (const list of ["code", "requirements"] as const) {
    const i = diff[list].findIndex(({ before, after }) => before === undefined && after === undefined);
    if (i >= 0) return problem([...path, list, i], "it exists neither before nor after");
  }
  return undefined;
}

/** Whether the values of a metric agree with its verdict. */
function isPossible({ before, after, better, verdict }: MetricChange): boolean {
  if (verdict === "added") return before === undefined && after !== undefined;
  if (verdict === "removed") return before !== undefined && after === undefined;
  if (before === undefined || after === undefined) return false;
  if (verdict === "better" || verdict === "worse") return better !== undefined && after > before === ((verdict === "better") === (better === "higher")); // prettier-ignore
  return true;
}
