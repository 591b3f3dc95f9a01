/** CRC-64/NVME, as S3 computes it over a whole object: to hold S3's number against one of our own. */

/** The polynomial, its bits reversed. */
const POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const ALL = 0xffffffffffffffffn;
const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL : value >> 1n;
  return value;
});

/** Base64 of the eight bytes, as S3 writes it. */
export function crc64nvme(bytes: Uint8Array): string {
  let crc = ALL;
  for (const byte of bytes) crc = TABLE[Number((crc ^ BigInt(byte)) & 0xffn)]! ^ (crc >> 8n);
  const result = Buffer.alloc(8);
  result.writeBigUInt64BE(crc ^ ALL);
  return result.toString("base64");
}
