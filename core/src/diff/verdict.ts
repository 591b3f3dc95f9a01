/** Sums up a diff in one line, without any name from a model. */
import { counted } from "../format.js";
import { mayBeOtherCode } from "./code.js";
import type { Diff, MetricChange } from "./types.js";

/** Returns the verdict, most important part first. */
export function verdict(diff: Diff): string {
  if (!diff.different) return "no difference";
  return [...judged(diff), ...touched(diff)].join(", ") || "different";
}

/** Returns the parts that a reviewer must judge: metrics, the signature, code that loading runs. */
export function judged(diff: Diff): string[] {
  const count = (verdict: MetricChange["verdict"]): number => diff.metrics.filter((one) => one.verdict === verdict).length;
  return nonzero([
    [count("worse"), `${counted(count("worse"), "metric")} worse`],
    [diff.signature?.breaking === true ? 1 : 0, "the signature breaks callers"],
    [diff.code.length, `loading ${counted(diff.code.length, "file")} may run different code`],
    [count("better"), `${counted(count("better"), "metric")} better`],
    [diff.signature?.breaking === false ? 1 : 0, "the signature changed without breaking callers"],
  ]);
}

/** Returns how many tensors and files changed. */
export function touched({ tensors, files }: Diff): string[] {
  return nonzero([
    [tensors.changed.count, `${counted(tensors.changed.count, "tensor")} changed`],
    [tensors.added.count, `${counted(tensors.added.count, "tensor")} added`],
    [tensors.removed.count, `${counted(tensors.removed.count, "tensor")} removed`],
    [files.changed.count, `${counted(files.changed.count, "file")} changed`],
    [files.added.count, `${counted(files.added.count, "file")} added`],
    [files.removed.count, `${counted(files.removed.count, "file")} removed`],
    [files.renamed.count, `${counted(files.renamed.count, "file")} renamed`],
  ]);
}

/** Whether a person must look at it: a metric is worse, the signature breaks callers, or loading may run new code. */
export const needsAttention = (diff: Diff): boolean =>
  diff.signature?.breaking === true ||
  diff.metrics.some(({ verdict }) => verdict === "worse") ||
  diff.code.some((one) => one.newImports.length > 0 || mayBeOtherCode(one));

const nonzero = (parts: readonly (readonly [number, string])[]): string[] =>
  parts.flatMap(([number, words]) => (number > 0 ? [words] : []));
