/** An input or output of an ONNX graph. */
import type { Column } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import { onnxType } from "./types.js";
import type { Field, Wire } from "./wire.js";
import { defined } from "../../defined.js";

const KINDS: Readonly<Record<number, string>> = { 4: "sequence", 5: "map", 7: "opaque", 8: "sparse tensor", 9: "optional" };

/** Returns the column of a `ValueInfoProto`. */
export async function columnOf(wire: Wire, { start, end }: Field): Promise<Column> {
  let name = "";
  let type: Pick<Column, "type" | "shape"> = { type: "unknown" };
  for await (const field of wire.fields(start, end)) {
    if (field.number === 1) name = await wire.text(field);
    else if (field.number === 2) type = await typeOf(wire, field);
  }
  return { name, ...type, required: true };
}

async function typeOf(wire: Wire, { start, end }: Field): Promise<Pick<Column, "type" | "shape">> {
  for await (const field of wire.fields(start, end)) {
    if (field.number === 1) return tensorType(wire, field);
    const kind = KINDS[field.number];
    if (kind !== undefined) return { type: kind };
  }
  return { type: "unknown" };
}

async function tensorType(wire: Wire, { start, end }: Field): Promise<Pick<Column, "type" | "shape">> {
  let type = "unknown";
  let shape: number[] | undefined;
  for await (const field of wire.fields(start, end)) {
    if (field.number === 1) type = onnxType(field.value);
    else if (field.number === 2) shape = await shapeOf(wire, field);
  }
  return defined({ type, shape });
}

/** A dimension that has a name, or nothing, has no fixed length. */
async function shapeOf(wire: Wire, { start, end }: Field): Promise<number[]> {
  const shape: number[] = [];
  for await (const dimension of wire.fields(start, end)) {
    if (dimension.number !== 1 || shape.length >= INSPECT_LIMITS.dimensions) continue;
    let length = -1;
    for await (const field of wire.fields(dimension.start, dimension.end)) {
      if (field.number === 1 && Number.isSafeInteger(field.value)) length = field.value;
    }
    shape.push(length);
  }
  return shape;
}
