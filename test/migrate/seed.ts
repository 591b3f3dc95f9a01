/** Repositories of the Python library, made by the library itself; see seed.py. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Repository } from "../interop/versioned.ts";
import type { Sandbox } from "../sandbox/server.ts";

/** With a table: the library's S3 and DynamoDB back end. */
export interface Place extends Repository {
  readonly table?: string;
}

export interface SeedModel {
  readonly name: string;
  /** Files to publish, in order: version 1, 2, … */
  readonly contents?: readonly string[];
  /** Draft to put over LATEST at the end without publishing it. */
  readonly draft?: string;
  /** Alias, version, secondary version and its weight. */
  readonly aliases?: readonly (readonly [string, number | "LATEST", number | null, number | null])[];
  /** More metadata of each object. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Versions that are deleted by the library. */
  readonly remove?: readonly number[];
  /** Objects put past the library: key under the model's folder, content, metadata. */
  readonly raw?: readonly (readonly [string, string, Readonly<Record<string, string>>])[];
  /** Keys under the model's folder that are deleted past the library. */
  readonly drop?: readonly string[];
}

/** State of a model according to the library. */
export type Said =
  | {
      /** By version: SHA-256 and content. */
      readonly versions: Readonly<Record<string, readonly [string, string]>>;
      readonly aliases: Readonly<
        Record<
          string,
          {
            readonly version: string;
            readonly secondary: string | null;
            readonly weight: number | null;
            readonly content: string;
            readonly secondaryContent: string | null;
          }
        >
      >;
    }
  | { readonly raised: string; readonly message: string };

/**
 * Runs the library: makes what `models` say, then reads everything of them.
 *
 * @param models with only a `name` a model is read and not touched
 * @returns what the library says of each model afterwards
 */
export async function seed(
  { python, env }: Pick<Sandbox, "python" | "env">,
  place: Place,
  models: readonly SeedModel[],
): Promise<Record<string, Said>> {
  const { stdout } = await promisify(execFile)(
    python,
    [join(import.meta.dirname, "seed.py"), JSON.stringify(place), JSON.stringify(models)],
    {
      env: { PATH: process.env["PATH"], PYTHONDONTWRITEBYTECODE: "1", HOME: "/nonexistent", ...env },
      maxBuffer: 1 << 28,
    },
  );
  return JSON.parse(stdout) as Record<string, Said>;
}

/** A model of so many versions, the last of which has the content of the first; every twentieth goes back to the one before last. */
export function history(name: string, versions: number): SeedModel & { readonly contents: readonly string[] } {
  const contents: string[] = [];
  for (let n = 1; n <= versions; n++) {
    const again = n === versions && n > 2 ? contents[0] : n % 20 === 0 ? contents[n - 3] : undefined;
    contents.push(again ?? `${name}, trained for the ${n}th time ${"·".repeat(n % 7)}`);
  }
  return { name, contents };
}

/** The fixture of issue 4: each kind of model that companies have. */
export function everyKind(versions: number): SeedModel[] {
  const lasts: SeedModel["aliases"] = [
    ["prod", versions - 1, versions, 20],
    ["staging", versions, null, null],
    ["dev", "LATEST", null, null],
  ];
  return [
    { ...history("churn", versions), aliases: lasts },
    { name: "aba", contents: ["A", "B", "A"], aliases: [["prod", 3, 1, 0]] },
    { name: "drafted", contents: ["one", "two"], draft: "a notebook's work", metadata: { build_id: "4711" } },
    { name: "only.a-draft", draft: "never published" },
    // Numbers, and no LATEST.
    { name: "headless", contents: ["one", "two"], drop: ["versions/000000_LATEST.tar.gz"] },
    // A name that is no version.
    { name: "littered", contents: ["one"], raw: [["versions/notes.txt", "do not use", {}]] },
    { name: "gaps", contents: ["one", "two", "three", "four"], remove: [1, 3] },
    { name: "empty", contents: ["", "some"] },
  ];
}
