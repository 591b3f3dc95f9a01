/** A difference in one line, without any name from a model. */
import { counted } from "../format.js";
import { mayBeOtherCode } from "./code.js";
import type { Diff, MetricChange } from "./types.js";

/** The most important thing first. */
export function verdict(diff: Diff): string {
  if (!diff.different) return "no difference";
  return [...judged(diff), ...touched(diff)].join(", ") || "different";
}

/** What a reader should judge: metrics, the signature, what loading runs. */
export function judged(diff: Diff): string[] {
  const count = (verdict: MetricChange["verdict"]): number => diff.metrics.filter((one) => one.verdict === verdict).length;
  return told([
    [count("worse"), `${counted(count("worse"), "metric")} worse`],
    [diff.signature?.breaking === true ? 1 : 0, "the signature breaks callers"],
    [diff.code.length, `loading ${counted(diff.code.length, "file")} may run other code`],
    [count("better"), `${counted(count("better"), "metric")} better`],
    [diff.signature?.breaking === false ? 1 : 0, "the signature changed, and breaks no caller"],
  ]);
}

/** How much of it is another than before. */
export function touched({ tensors, files }: Diff): string[] {
  return told([
    [tensors.changed.count, `${counted(tensors.changed.count, "tensor")} changed`],
    [tensors.added.count, `${counted(tensors.added.count, "tensor")} added`],
    [tensors.removed.count, `${counted(tensors.removed.count, "tensor")} removed`],
    [files.changed.count, `${counted(files.changed.count, "file")} changed`],
    [files.added.count, `${counted(files.added.count, "file")} added`],
    [files.removed.count, `${counted(files.removed.count, "file")} removed`],
    [files.renamed.count, `${counted(files.renamed.count, "file")} renamed`],
  ]);
}

/** Whether somebody has to look at it: something is worse, breaks callers, or may run what it did not run before. */
export const needsAttention = (diff: Diff): boolean =>
  diff.signature?.breaking === true ||
  diff.metrics.some(({ verdict }) => verdict === "worse") ||
  diff.code.some((one) => one.newImports.length > 0 || mayBeOtherCode(one));

const told = (parts: readonly (readonly [number, string])[]): string[] => parts.flatMap(([number, words]) => (number > 0 ? [words] : []));
