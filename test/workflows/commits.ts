/** Commits of a repository with a model, whose `make train` needs nothing but a shell. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface Build {
  /** Content of its one file. */
  readonly weights: string;
  readonly auc: number;
}

/** Writes the files of a commit. @returns the folder */
export async function commitOf(folder: string, { weights, auc }: Build): Promise<string> {
  await mkdir(join(folder, "src"), { recursive: true });
  await writeFile(join(folder, "src", "weights.bin"), weights);
  await writeFile(join(folder, "src", "metrics.json"), JSON.stringify({ auc }));
  await writeFile(join(folder, "Makefile"), "train:\n\tmkdir -p build/churn\n\tcp src/weights.bin src/metrics.json build/churn/\n");
  return folder;
}
