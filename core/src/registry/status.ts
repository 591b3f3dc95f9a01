/** The meaning of each status of a version. Every rule that depends on a status is a column of this table. */
import type { VersionStatus } from "../types.js";

export interface StatusMeaning {
  /** The index that lists a version with this status, if any. */
  readonly index: "versions" | "pending" | undefined;
  /** Readers may download it; a withdrawn version (YANKED) only on request. */
  readonly readable: boolean;
  /** It may become what LATEST names. */
  readonly canBeLatest: boolean;
  /** An alias may point to it. */
  readonly promotable: boolean;
  /** Its object should exist, so that readers look for it. MISSING: somebody deleted it, and it may come back. */
  readonly expectsObject: boolean;
  /** A publisher or doctor may still bring it to READY. */
  readonly open: boolean;
  /** No later step of any protocol changes it. */
  readonly final: boolean;
}

const meaning = (given: Partial<StatusMeaning>): StatusMeaning => ({
  index: undefined,
  readable: false,
  canBeLatest: false,
  promotable: false,
  expectsObject: false,
  open: false,
  final: false,
  ...given,
});

export const STATUSES: Readonly<Record<VersionStatus, StatusMeaning>> = {
  RESERVED: meaning({ index: "pending", open: true }),
  READY: meaning({ index: "versions", readable: true, canBeLatest: true, promotable: true, expectsObject: true }),
  YANKED: meaning({ index: "versions", readable: true, promotable: true, expectsObject: true }),
  MISSING: meaning({ expectsObject: true }),
  PURGING: meaning({}),
  PURGED: meaning({ final: true }),
  ABANDONED: meaning({ open: true }),
};

export const STATUS_NAMES = Object.keys(STATUSES) as [VersionStatus, ...VersionStatus[]];

interface HasStatus {
  readonly status: VersionStatus;
}

export const isReadable = ({ status }: HasStatus): boolean => STATUSES[status].readable;
export const isPromotable = ({ status }: HasStatus): boolean => STATUSES[status].promotable;
export const canBeLatest = ({ status }: HasStatus): boolean => STATUSES[status].canBeLatest;
export const expectsObject = ({ status }: HasStatus): boolean => STATUSES[status].expectsObject;
export const isOpen = ({ status }: HasStatus): boolean => STATUSES[status].open;

/** Statuses with a property, for conditions of a write. */
export const statusesThat = (property: Exclude<keyof StatusMeaning, "index">): VersionStatus[] =>
  STATUS_NAMES.filter((name) => STATUSES[name][property]);

/** A condition expression that holds for these statuses, with the values that it names; `#status` is the attribute. */
export function statusCondition(statuses: readonly VersionStatus[]): {
  readonly condition: string;
  readonly values: Record<string, string>;
} {
  const names = statuses.map((status) => `:${status.toLowerCase()}`);
  return {
    condition: `(${names.map((name) => `#status = ${name}`).join(" OR ")})`,
    values: Object.fromEntries(statuses.map((status, index) => [names[index]!, status])),
  };
}
