/** Builds models to compare in tests. Not part of the package. */
import { createHash } from "node:crypto";
import { defined } from "../defined.js";
import { TreeDigest } from "../archive/index.js";
import type { Findings, Tensor } from "../findings/findings.js";
import type { ManifestFile, Metrics } from "../types.js";
import type { Side } from "./index.js";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Returns a manifest entry for a file, optionally with findings or another mode. */
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
  ...defined({ sha256: content === undefined ? undefined : sha256(content) }),
  ...more,
});

/** Returns the findings of a file of tensors. */
export const weights = (...tensors: readonly Tensor[]): Findings => ({
  format: "safetensors",
  tensors,
  tensorCount: tensors.length,
  parameters: tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0),
});

/** Returns a side of a diff; `closed` tells whether its iterator was closed. */
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
