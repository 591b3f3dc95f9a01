// The safetensors format: the length of a JSON header (8 bytes, little-endian), the header, then the raw tensors.
import { endianness } from "node:os";

/**
 * @param {Record<string, { shape: number[], values: Float32Array }>} tensors
 * @param {Record<string, string>} metadata
 * @returns {Buffer}
 */
export function encodeSafetensors(tensors, metadata) {
  /** @type {Record<string, unknown>} */
  const header = { __metadata__: metadata };
  const bodies = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const { shape, values } = tensors[name];
    const body = littleEndian(values);
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + body.length] };
    bodies.push(body);
    offset += body.length;
  }
  const json = Buffer.from(JSON.stringify(header));
  // Pads the JSON with spaces, so that the tensors begin at a multiple of 8.
  const padded = Buffer.concat([json, Buffer.alloc(-json.length & 7, " ")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...bodies]);
}

/** @param {Float32Array} values */
function littleEndian(values) {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
}
