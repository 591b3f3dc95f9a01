/** Reads a tensor of ONNX: its description and the location of its content. */
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { bytesOf, elementsOf } from "../tensors/dtypes.js";
import type { Range } from "../tensors/hash.js";
import type { TensorInput } from "../tensors/collect.js";
import { Damaged } from "../../bytes/damaged.js";
import { isTyped, type TypedField } from "./typed.js";
import { onnxType } from "./types.js";
import type { Field, Wire } from "./wire.js";

export interface OnnxTensor extends TensorInput {
  /** Content, if it is contiguous in this file. */
  readonly raw?: Range;
  /** File with the content, as the model names it. */
  readonly location?: string;
  /** Offset in that file, in bytes. */
  readonly offset: number;
  /** Bytes in that file, if the model states them. */
  readonly length?: number;
  /** Content, if it is one packed list of numbers in this file. */
  readonly typed?: TypedField;
}

const TENSOR = { dims: 1, type: 2, name: 8, raw: 9, external: 13, location: 14 };
const EXTERNAL = 1;

export async function readTensor(wire: Wire, { start, end }: Field): Promise<OnnxTensor> {
  const shape: number[] = [];
  let [name, type, elsewhere] = ["", 0, false];
  let raw: Range | undefined;
  const external = new Map<string, string>();
  const typed: TypedField[] = [];
  for await (const field of wire.fields(start, end)) {
    if (field.number === TENSOR.dims) shape.push(...(await wire.numbers(field)).map(lengthOf));
    else if (field.number === TENSOR.type) type = field.value;
    else if (field.number === TENSOR.name) name = await wire.text(field);
    else if (field.number === TENSOR.raw) raw = { start: field.start, end: field.end };
    else if (isTyped(field) && typed.length < 2) typed.push({ number: field.number, start: field.start, end: field.end });
    else if (field.number === TENSOR.location) elsewhere = field.value === EXTERNAL;
    else if (field.number === TENSOR.external && external.size < 10) {
      const pair = ["", ""];
      for await (const inner of wire.fields(field.start, field.end)) {
        if (inner.number === 1 || inner.number === 2) pair[inner.number - 1] = await wire.text(inner);
      }
      external.set(pair[0]!, pair[1]!);
    }
    if (shape.length > INSPECT_LIMITS.dimensions) throw new Damaged(`it has a tensor of more than ${INSPECT_LIMITS.dimensions} dimensions`);
  }
  const dtype = onnxType(type);
  const bytes = raw ? raw.end - raw.start : bytesOf(dtype, elementsOf(shape));
  const [location, length] = [external.get("location"), external.get("length")];
  return {
    name,
    dtype,
    shape,
    ...(bytes !== undefined && { bytes }),
    ...(raw && { raw }),
    offset: numberOf(external.get("offset")),
    ...(length !== undefined && { length: numberOf(length) }),
    ...(raw === undefined && typed.length === 1 && { typed: typed[0]! }),
    ...((elsewhere || location !== undefined) && { location: location ?? "" }),
  };
}

/** Parses a number; an impossible one becomes a position beyond the end of every file. */
const numberOf = (text = "0"): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER);

function lengthOf(value: number): number {
  if (!Number.isSafeInteger(value)) throw new Damaged("it has a tensor of an impossible length"); // Negative lengths are decoded as huge ones.
  return value;
}
