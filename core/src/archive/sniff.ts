/** Names the kind of data that bytes look like, for a message to a person who expected an archive. */

const SIGNATURES: readonly (readonly [what: string, hex: string, offset?: number])[] = [
  ["a gzip file", "1f8b"],
  ["a zip archive (PyTorch and Keras save such files)", "504b0304"],
  ["a zstd file", "28b52ffd"],
  ["a bzip2 file", "425a68"],
  ["an xz file", "fd377a585a00"],
  ["an LZ4 file", "04224d18"],
  ["an HDF5 file", "894844460d0a1a0a"],
  ["a NumPy array", "934e554d5059"],
  ["a GGUF model", "47475546"],
  ["a TensorFlow Lite model", "54464c33", 4],
  ["a Parquet file", "50415231"],
  ["a program for Linux", "7f454c46"],
  ["a plain tar archive", "7573746172", 257],
];

/** Describes the beginning of a file in a few words; more bytes give a better answer. */
export function whatIs(start: Uint8Array): string {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes.length === 0) return "empty";
  for (const [what, hex, offset = 0] of SIGNATURES) {
    if (bytes.subarray(offset, offset + hex.length / 2).toString("hex") === hex) return what;
  }
  if (bytes[0] === 0x80 && bytes.length > 1 && bytes[1]! >= 2 && bytes[1]! <= 5) return "a Python pickle";
  if (bytes.length > 8 && bytes.readBigUInt64LE(0) < 100_000_000n && bytes[8] === 0x7b) return "a safetensors file";
  const text = bytes.toString("utf8", 0, Math.min(bytes.length, 64)).trimStart();
  if (/^<(!doctype|html|\?xml)/i.test(text)) return "a web page or XML";
  if (/^[{[]/.test(text)) return "JSON or similar text";
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? "plain text" : `something unknown that begins with the bytes ${bytes.toString("hex", 0, 8)}`;
}
