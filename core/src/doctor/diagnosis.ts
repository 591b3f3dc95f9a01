/** What a diagnosis is made of. */
import type { Pointer, Unreadable } from "../registry/rows.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Lob, ModelSummary, Version } from "../types.js";
import type { IssueKind } from "./issues.js";

/** One step that fixes something, conditional on what was read. */
export type Repair =
  /** Make the number's object anew from LATEST. */
  | { readonly do: "restore"; readonly n: number; readonly latest: ObjectHead }
  /** Make a row for the number from its object. */
  | { readonly do: "index"; readonly n: number; readonly object: ObjectHead }
  /** Make the number's row anew from its object. */
  | { readonly do: "rebuild"; readonly n: number; readonly object: ObjectHead; readonly row: Version | Unreadable }
  /** MISSING becomes READY. */
  | { readonly do: "revive"; readonly row: Version }
  /** The row is put as it is, with the attributes by which it is in its index. */
  | { readonly do: "relist"; readonly row: Version }
  /** Make or correct the model's row; `replace` where it cannot be understood. */
  | {
      readonly do: "model";
      readonly read?: ModelSummary;
      readonly replace: boolean;
      readonly next: number;
      readonly newest?: Version | "none";
    }
  /** ProtocolContext 3 and 4 of the protocol for a version that somebody left. */
  | { readonly do: "finish"; readonly row: Version }
  | { readonly do: "abandon"; readonly row: Version }
  /** READY becomes MISSING, and `newest` the newest version where it was that. */
  | { readonly do: "lose"; readonly row: Version; readonly newest?: Version }
  | {
      readonly do: "point";
      readonly what: "digest" | "key";
      readonly name: string;
      readonly row: Version;
      readonly read?: Pointer | Unreadable;
    }
  /** Step 5 of the protocol. */
  | { readonly do: "advance" }
  | { readonly do: "rewrite-latest"; readonly object: ObjectHead; readonly latest: ObjectHead };

export interface Diagnosis {
  readonly kind: IssueKind;
  readonly version?: number;
  readonly key?: string;
  readonly message: string;
  readonly repair?: Repair;
}

export interface Circumstances {
  readonly lob: Lob;
  readonly now: Date;
  /** Milliseconds for which a RESERVED version counts as being published right now. */
  readonly busyMs: number;
  /** Milliseconds after which a RESERVED version whose bytes are nowhere is given up. */
  readonly abandonMs: number;
}
