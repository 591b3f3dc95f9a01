/** What is in a model that is compared with nothing, as facts for people; names are as they are in the model. */
import { bytes, counted, integer } from "../format.js";
import type { DescribedModel } from "../diff/types.js";

/** Formats that can run code when they are loaded: `pickle (2 files)`. */
export const executable = ({
  summary,
}: DescribedModel): { readonly format: string; readonly imports: readonly string[]; readonly whole: boolean }[] =>
  summary.code.map(({ kind, files, unknown, whole }) => ({ format: `${kind} (${counted(files, "file")})`, imports: unknown, whole }));

/** Size and numbers, as pairs of a word and a value. */
export function totalsOf({ files, contentBytes, summary }: DescribedModel): [string, string][] {
  const formats = Object.entries(summary.formats).map(([format, count]) => (count === 1 ? format : `${format} ×${integer(count)}`));
  return [
    ["size", `${bytes(contentBytes)} in ${counted(files, "file")}`],
    ...(summary.tensorCount > 0 ? [["tensors", integer(summary.tensorCount)] as [string, string]] : []),
    ...(summary.parameters > 0 ? [["parameters", integer(summary.parameters)] as [string, string]] : []),
    ...(formats.length > 0 ? [["formats", formats.join(", ")] as [string, string]] : []),
  ];
}
