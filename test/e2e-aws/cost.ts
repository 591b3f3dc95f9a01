/** Cost of a run, calculated from its requests. Pure. */
import { SCENARIOS } from "../races/scenarios.ts";
import type { Arguments, Suite } from "./arguments.ts";

/** List prices of us-east-1 in US dollars as they were when this was written. Other regions cost up to twice as much. */
export const PRICES = {
  /** A PUT, COPY, POST or LIST of S3 Standard. DELETE costs nothing. */
  s3Write: 0.005 / 1000,
  /** A GET or any other request. */
  s3Read: 0.0004 / 1000,
  /** A write unit on demand: 1 KB, twice that in a transaction; each index that has the row counts again. */
  writeUnit: 0.625 / 1e6,
  /** A read unit on demand: 4 KB read strongly. */
  readUnit: 0.125 / 1e6,
  /** A GB of S3 Standard for a month; tables are too small to show. */
  storage: 0.023,
  /** A GB out to the internet. Inside the region nothing. */
  dataOut: 0.09,
} as const;

export interface Usage {
  readonly s3Writes: number;
  readonly s3Reads: number;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Bytes stored, all versions together. */
  readonly bytes: number;
}

const NOTHING: Usage = { s3Writes: 0, s3Reads: 0, writeUnits: 0, readUnits: 0, bytes: 0 };

/** One publish of a small new version, with what it may have to do again in a race, and its part in the checks afterwards; an upper bound. */
const PUBLISH: Usage = { s3Writes: 20, s3Reads: 30, writeUnits: 60, readUnits: 40, bytes: 40_000 };
/** Requests of one publish, each of which is the last one once. */
export const REQUESTS_OF_A_PUBLISH = 32;
/** Making two LOBs, and removing them. */
const LOBS: Usage = { s3Writes: 80, s3Reads: 30, writeUnits: 10, readUnits: 50, bytes: 0 };

/** Maximum work of each suite. */
export function usageOf(suite: Suite, { processes, kills }: Pick<Arguments, "processes" | "kills">): Usage {
  switch (suite) {
    case "probes":
      return plus({ s3Writes: 250, s3Reads: 150, writeUnits: 200, readUnits: 100, bytes: 1_000_000 }, times(PUBLISH, 1));
    case "races":
      return times(
        PUBLISH,
        SCENARIOS.reduce((sum, { publishes }) => sum + publishes(processes), 0),
      );
    case "kills":
      // A first version: the killed one and the one after it. A second version: the first one before them.
      return times(PUBLISH, (2 + 3) * Math.min(kills, REQUESTS_OF_A_PUBLISH) + 3);
    case "interop":
      return plus({ s3Writes: 60, s3Reads: 100, writeUnits: 0, readUnits: 0, bytes: 100_000_000 }, times(PUBLISH, 9));
  }
}

/** Returns the maximum work of a run. */
export const usageOfRun = (args: Pick<Arguments, "suites" | "processes" | "kills">): Usage =>
  args.suites.map((suite) => usageOf(suite, args)).reduce(plus, LOBS);

/** Lines for a person: each kind of use with its price, and the sum. */
export function costOf(usage: Usage): { readonly lines: readonly string[]; readonly dollars: number } {
  const gigabytes = usage.bytes / 1e9;
  const parts: [what: string, dollars: number][] = [
    [`${count(usage.s3Writes)} writes and lists of S3`, usage.s3Writes * PRICES.s3Write],
    [`${count(usage.s3Reads)} reads of S3`, usage.s3Reads * PRICES.s3Read],
    [`${count(usage.writeUnits)} write units of DynamoDB`, usage.writeUnits * PRICES.writeUnit],
    [`${count(usage.readUnits)} read units of DynamoDB`, usage.readUnits * PRICES.readUnit],
    // An hour of a month, rounded up a good deal.
    [`${Math.ceil(gigabytes * 1000)} MB stored for less than an hour`, (gigabytes * PRICES.storage) / 700],
    [`${Math.ceil(gigabytes * 1000)} MB read from outside the region`, gigabytes * PRICES.dataOut],
  ];
  const dollars = parts.reduce((sum, [, part]) => sum + part, 0);
  return { lines: parts.map(([what, part]) => `  ${what.padEnd(45)} ${part.toFixed(4).padStart(8)}`), dollars };
}

const count = (number: number): string => number.toLocaleString("en-US");

const keys = Object.keys(NOTHING) as (keyof Usage)[];
const map = (value: (key: keyof Usage) => number): Usage => Object.fromEntries(keys.map((key) => [key, value(key)])) as unknown as Usage;
const plus = (a: Usage, b: Usage): Usage => map((key) => a[key] + b[key]);
const times = (usage: Usage, factor: number): Usage => map((key) => usage[key] * factor);
