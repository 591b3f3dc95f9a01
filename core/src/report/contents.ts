/** Describes the contents of a model for people. Names from the model are not escaped here. */
import { bytes, counted, integer } from "../format.js";
import type { DescribedModel } from "../diff/types.js";

/** Returns the formats that can run code when they are loaded: `pickle (2 files)`. */
export const executable = ({
  summary,
}: DescribedModel): { readonly format: string; readonly imports: readonly string[]; readonly whole: boolean }[] =>
  summary.code.map(({ kind, files, unknown, whole }) => ({ format: `${kind} (${counted(files, "file")})`, imports: unknown, whole }));

/** Returns size and counts, as pairs of a word and a value. */
export function totalsOf({ files, contentBytes, summary }: DescribedModel): [string, string][] {
  const formats = Object.entries(summary.formats).map(([format, count]) => (count === 1 ? format : `${format} ×${integer(count)}`));
  return [
    ["size", `${bytes(contentBytes)} in ${counted(files, "file")}`],
    ...(summary.tensorCount > 0 ? [["tensors", integer(summary.tensorCount)] as [string, string]] : []),
    ...(summary.parameters > 0 ? [["parameters", integer(summary.parameters)] as [string, string]] : []),
    ...(formats.length > 0 ? [["formats", formats.join(", ")] as [string, string]] : []),
  ];
}
