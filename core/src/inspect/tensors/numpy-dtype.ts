/** Parses element types as NumPy spells them: `<f4`, `|b1`, `<U10`, `V56`. */
import { short } from "../text.js";

export interface NumpyType {
  readonly dtype: string;
  /** Bytes of an element; undefined if the spelling does not state them. */
  readonly itemBytes: number | undefined;
  /** Whether elements are Python objects, which are pickled. */
  readonly object: boolean;
}

const KINDS: Readonly<Record<string, string>> = { f: "float", i: "int", u: "uint", c: "complex" };

export function numpyType(spelling: string): NumpyType {
  const [, order = "", kind = "", digits = "", unit = ""] = /^([<>=|]?)([a-zA-Z?])(\d{0,9})(\[[^\]]{1,20}\])?$/.exec(spelling) ?? [];
  const length = digits === "" ? undefined : Number(digits);
  const big = order === ">" && length !== undefined && length > 1 ? " big-endian" : "";
  if (kind === "O") return { dtype: "object", itemBytes: undefined, object: true };
  if (kind === "?" || (kind === "b" && length === 1)) return { dtype: "bool", itemBytes: 1, object: false };
  if (kind in KINDS && length !== undefined) return { dtype: `${KINDS[kind]!}${length * 8}${big}`, itemBytes: length, object: false };
  if ((kind === "M" || kind === "m") && length !== undefined)
    return { dtype: `${kind === "M" ? "datetime64" : "timedelta64"}${unit}${big}`, itemBytes: length, object: false };
  if (kind === "U" && length !== undefined) return { dtype: `U${length}${big}`, itemBytes: 4 * length, object: false };
  if ((kind === "S" || kind === "V") && length !== undefined) return { dtype: `${kind}${length}`, itemBytes: length, object: false };
  return { dtype: short(spelling, 200), itemBytes: undefined, object: true }; // An unknown type may contain objects.
}
