/** Bytes are not what they should be. The message completes a sentence about the file, which the caller names. */
export class Damaged extends Error {
  override readonly name = "Damaged";
}
