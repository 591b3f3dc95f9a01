/**
 * Tree digest: identifies a model's content, independent of compression.
 *
 * It is the SHA-256, in lower-case hexadecimal, of one line per file in the bytewise order of paths. A line is the JSON array
 * `["path",mode,size,"sha256"]` with no spaces, then a line feed; all in UTF-8. `mode` is 420 (0o644) or 493 (0o755), and
 * nothing but `"` is ever escaped in a path, because a path cannot hold a backslash or a control character. In Python:
 * `json.dumps([path, mode, size, sha256], ensure_ascii=False, separators=(",", ":")) + "\n"`.
 */
import { createHash } from "node:crypto";
import type { ManifestFile } from "../types.js";

export class TreeDigest {
  readonly #hash = createHash("sha256");

  /** Adds the next file. The caller keeps the order. */
  add(file: Pick<ManifestFile, "path" | "mode" | "size" | "sha256">): void {
    this.#hash.update(`${JSON.stringify([file.path, file.mode, file.size, file.sha256])}\n`);
  }

  /** Returns the digest of the files added. Call it once. */
  hex(): string {
    return this.#hash.digest("hex");
  }
}
