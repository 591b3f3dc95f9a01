/** Models to be compared, by hand. Not part of the package. */
import { createHash } from "node:crypto";
import { TreeDigest } from "../archive/index.js";
import type { Findings, Tensor } from "../findings/findings.js";
import type { ManifestFile, Metrics } from "../types.js";
import type { Side } from "./index.js";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A file by its content; its findings and its mode may be given. */
export const file = (path: string, content: string, more: Partial<ManifestFile> = {}): ManifestFile => ({
  path,
  mode: 0o644,
  size: content.length,
  sha256: sha256(content),
  offset: 512,
  ...more,
});

export const tensor = (name: string, content?: string, more: Partial<Tensor> = {}): Tensor => ({
  name,
  dtype: "float32",
  shape: [2, 2],
  bytes: 16,
  ...(content !== undefined && { sha256: sha256(content) }),
  ...more,
});

/** Findings of a file of tensors. */
export const weights = (...tensors: readonly Tensor[]): Findings => ({
  format: "safetensors",
  tensors,
  tensorCount: tensors.length,
  parameters: tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0),
});

/** A side of a diff; `closed` says whether its files were let go of. */
export function side(name: string, files: readonly ManifestFile[], metrics: Metrics = {}): Side & { closed: () => boolean } {
  const digest = new TreeDigest();
  for (const one of files) digest.add(one);
  let closed = false;
  const entries = (async function* () {
    try {
      await Promise.resolve();
      yield* files;
    } finally {
      closed = true;
    }
  })();
  return {
    name,
    treeDigest: digest.hex(),
    files: files.length,
    contentBytes: files.reduce((sum, { size }) => sum + size, 0),
    metrics,
    inspected: true,
    entries,
    closed: () => closed,
  };
}
