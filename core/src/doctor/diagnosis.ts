/** Types of a diagnosis. */
import type { Pointer, Unreadable } from "../registry/rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, ModelSummary, Version } from "../types.js";
import type { IssueKind } from "./issues.js";

/** One repair step, conditional on the state that was read. */
export type Repair =
  /** Restores the number's object from LATEST. */
  | { readonly do: "restore"; readonly n: number; readonly latest: ObjectHead }
  /** Creates a row for the number from its object. */
  | { readonly do: "index"; readonly n: number; readonly object: ObjectHead }
  /** Rebuilds the number's row from its object. */
  | { readonly do: "rebuild"; readonly n: number; readonly object: ObjectHead; readonly row: Version | Unreadable }
  /** Changes MISSING to READY. */
  | { readonly do: "revive"; readonly row: Version }
  /** Writes the row again with the attributes of its index. */
  | { readonly do: "relist"; readonly row: Version }
  /** Creates or corrects the model's row; `replace` if the row cannot be parsed. */
  | {
      readonly do: "model";
      readonly read?: ModelSummary | undefined;
      readonly replace: boolean;
      readonly next: number;
      readonly newest?: Version | "none" | undefined;
    }
  /** Runs steps 3 and 4 of the protocol for a version that its publisher left unfinished. */
  | { readonly do: "finish"; readonly row: Version }
  | { readonly do: "abandon"; readonly row: Version }
  /** Changes READY to MISSING. If the version was the newest, `newest` becomes the newest. */
  | { readonly do: "lose"; readonly row: Version; readonly newest?: Version | undefined }
  | {
      readonly do: "point";
      readonly what: "digest" | "key";
      readonly name: string;
      readonly row: Version;
      readonly read?: Pointer | Unreadable | undefined;
    }
  /** Runs step 5 of the protocol. */
  | { readonly do: "advance" }
  | { readonly do: "rewrite-latest"; readonly object: ObjectHead; readonly latest: ObjectHead };

export interface Diagnosis {
  readonly kind: IssueKind;
  readonly version?: number | undefined;
  readonly key?: string | undefined;
  readonly message: string;
  /** Absent if doctor cannot repair it. */
  readonly repair?: Repair | undefined;
}

export interface Circumstances {
  readonly lob: Lob;
  readonly now: Date;
  /** How long a RESERVED version counts as in progress, in milliseconds. */
  readonly busyMs: number;
  /** Age at which a RESERVED version without bytes is abandoned, in milliseconds. */
  readonly abandonMs: number;
}
