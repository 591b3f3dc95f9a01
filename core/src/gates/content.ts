/** Checks content gates. They know only what the readers of docs/inspect.md found, so no result ever calls a model safe. */
import { MOST_REMEMBERED } from "../diff/files.js";
import { some } from "../diff/sections.js";
import type { DescribedModel, Diff } from "../diff/types.js";
import { counted } from "../format.js";
import type { Summary } from "../findings/findings.js";
import { type GateInput, withoutBase } from "./check.js";
import { notKnown } from "./known.js";
import type { ContentGate, Gate } from "./language.js";
import type { GateResult } from "../diff/gate-result.js";

type GateDecision = Pick<GateResult, "outcome" | "reason">;
type CodeSummary = Summary["code"][number];

const passed = (reason: string): GateDecision => ({ outcome: "passed", reason });
const failed = (reason: string): GateDecision => ({ outcome: "failed", reason });

export function checkContent(gate: Gate & { kind: "content" }, checked: GateInput): GateDecision {
  const { summary } = checked.candidate;
  const wanted = `${gate.name}: ${gate.word}`;
  const why = notKnown(summary, gate.name);
  if (why !== undefined) return failed(`unknown for the model: ${why}`);
  switch (wanted) {
    case "signature: present":
      return summary.signature ? passed("the model has a signature") : failed("the model has no signature");
    case "signature: compatible":
      return compared(gate.name, checked, (diff, base) => {
        if (!base.summary.signature)
          return summary.signature ? noSignature : { outcome: "skipped", reason: "neither model has a signature" };
        return summary.signature ? compatible(diff) : failed("the model has no signature, but the base has one");
      });
    case "signature: unchanged":
      return compared(gate.name, checked, ({ signature }, base) => {
        if (signature) return failed(`the signature changed: ${some(signature.columns.map(({ part, column, what }) => `${part} ${column}: ${what}`))}`); // prettier-ignore
        return passed(base.summary.signature ? "the signature is the same" : "neither model has a signature");
      });
    case "pickle: none":
      return none(summary.code.filter(isPickle), "no pickle was found");
    case "pickle: known":
      return knownPickle(summary.code.filter(isPickle));
    case "code: none":
      return none(summary.code, "found nothing that runs when the model is loaded");
    case "code: unchanged":
      return compared(gate.name, checked, unchangedCode);
    case "requirements: present":
      return summary.requirements ? passed("the model lists its requirements") : failed("the model does not list its requirements");
    case "requirements: unchanged":
      return compared(gate.name, checked, ({ requirements }) => {
        if (requirements.length === 0) return passed("the requirements are the same");
        return failed(`${counted(requirements.length, "requirement")} changed: ${some(requirements.map(({ name }) => name))}`);
      });
    case "card: present":
      return Object.hasOwn(summary.formats, "card") ? passed("the model has a card") : failed("the model has no card");
    case "warnings: none":
      if (summary.warnings.length === 0) return passed("reading the model gave no warning");
      return failed(`reading the model gave warnings: ${some(summary.warnings.map(({ path, warning }) => (path === "" ? warning : `${path}: ${warning}`)))}`); // prettier-ignore
    default:
      return failed(`this release does not know ${wanted}`);
  }
}

const noSignature: GateDecision = { outcome: "skipped", reason: "the base has no signature to compare with" };

/** Checks a gate that compares with the base; undecided if the base or the diff is unknown. */
function compared(name: ContentGate, checked: GateInput, check: (diff: Diff, base: DescribedModel) => GateDecision): GateDecision {
  const { base, diff } = checked;
  if (typeof base === "string") return withoutBase(checked)!;
  if (diff === undefined) return { outcome: "unknown", reason: "the changes are unknown" };
  const why = notKnown(base.summary, name);
  return why === undefined ? check(diff, base) : { outcome: "skipped", reason: `unknown for the base: ${why}` };
}

function compatible({ signature }: Diff): GateDecision {
  if (signature === undefined) return passed("the signature is the same");
  if (!signature.breaking) return passed("the signature changed without breaking callers");
  const breaking = signature.columns.filter((column) => column.breaking).map(({ part, column, what }) => `${part} ${column}: ${what}`);
  return failed(`the signature breaks callers: ${some(breaking)}`);
}

function unchangedCode({ code, files }: Diff): GateDecision {
  if (code.length > 0)
    return failed(`what loading can run changed in ${counted(code.length, "file")}: ${some(code.map(({ path }) => path))}`);
  // The diff does not look into files without a partner beyond that number.
  if ([files.added, files.removed].some(({ count }) => count + files.renamed.count >= MOST_REMEMBERED))
    return failed("too many files were added or removed to know what they can run");
  return passed("no file changed what loading it can run, as far as it was followed");
}

/** Whether loading such a file unpickles it. */
const isPickle = ({ kind }: CodeSummary): boolean => kind === "pickle" || kind === "torchscript";

const none = (code: readonly CodeSummary[], without: string): GateDecision =>
  code.length === 0 ? passed(without) : failed(`loading the model can run code: ${some(code.map(({ kind, files }) => `${kind} in ${counted(files, "file")}`))}`); // prettier-ignore

function knownPickle(pickles: readonly CodeSummary[]): GateDecision {
  const unknown = pickles.flatMap((one) => one.unknown);
  if (unknown.length > 0) return failed(`pickles import names that are not known to be harmless: ${some(unknown)}`);
  const files = pickles.filter(({ whole }) => !whole).reduce((sum, one) => sum + one.files, 0);
  if (files > 0) return failed("a pickle could not be followed to its end and may contain anything");
  return passed(pickles.length === 0 ? "no pickle was found" : "the pickles were followed to their end and import only names known to be harmless"); // prettier-ignore
}
