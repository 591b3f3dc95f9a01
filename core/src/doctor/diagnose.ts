/** Finds the issues of a model and their repairs. A pure function of the model's state. */
import { versionInMetadata } from "../registry/objects.js";
import { ofLatest } from "./diagnose-latest.js";
import { ofModelRow } from "./diagnose-model.js";
import { ofNumber } from "./diagnose-numbers.js";
import { ofPointers } from "./diagnose-pointers.js";
import type { Circumstances, Diagnosis, Repair } from "./diagnosis.js";
import { isFar, type ModelState, type NumberState } from "./state.js";
import { isUnreadable } from "../registry/rows.js";

/** Returns all issues of the model, in the order of repair. */
export function diagnose(state: ModelState, circumstances: Circumstances): Diagnosis[] {
  const numbers = withLatestNumber(state).flatMap((number) => ofNumber(state, number, circumstances));
  // Transactions that index numbers also set the model's row. The next pass finds what is still wrong with it.
  const indexes = numbers.some(({ repair }) => repair?.do === "index" || repair?.do === "restore");
  const rows = indexes && !isUnreadable(state.row) ? [] : ofModelRow(state);
  const found = [...numbers, ...ofGaps(state), ...rows, ...ofPointers(state), ...ofLatest(state, circumstances), ...ofFolder(state)];
  return found.sort((a, b) => orderOf(a) - orderOf(b));
}

/** Puts the repair of an unreadable model row first, because it blocks every other repair. */
const orderOf = ({ repair }: Diagnosis): number => (repair?.do === "model" && repair.replace ? 0 : ORDER[repair?.do ?? "none"]);

const ORDER: Readonly<Record<Repair["do"] | "none", number>> = {
  restore: 0,
  index: 1,
  rebuild: 2,
  revive: 3,
  relist: 3,
  lose: 4,
  model: 5,
  finish: 6,
  abandon: 7,
  point: 8,
  advance: 9,
  "rewrite-latest": 10,
  none: 11,
};

/** Adds the number that LATEST names. It is not among the numbers read if LATEST is its only trace. */
function withLatestNumber({ numbers, latest }: ModelState): readonly NumberState[] {
  const n = latest && versionInMetadata(latest);
  return n === undefined || numbers.some((number) => number.n === n) ? numbers : [...numbers, { n }];
}

/** Names or ranges that one issue shows at most. */
const SHOWN = 3;

function ofFolder({ strays }: ModelState): Diagnosis[] {
  if (strays.length === 0) return [];
  const more = strays.length > SHOWN ? ` and ${strays.length - SHOWN} more` : "";
  return [{ kind: "stray", key: strays[0]!, message: `not a version: ${strays.slice(0, SHOWN).join(", ")}${more}` }];
}

/** Reports used numbers that have neither a row nor an object, as one issue. */
function ofGaps(state: ModelState): Diagnosis[] {
  const { numbers, row } = state;
  const next = row === undefined || isUnreadable(row) ? (numbers.at(-1)?.n ?? 0) : row.next;
  const gaps: string[] = [];
  let from = 1;
  for (const n of [...numbers.filter(({ n, row: its }) => its !== undefined || !isFar(state, n)).map((number) => number.n), next]) {
    if (n > from) gaps.push(n - 1 === from ? String(from) : `${from} to ${n - 1}`);
    from = Math.max(from, n + 1);
  }
  if (gaps.length === 0) return [];
  const more = gaps.length > SHOWN ? ` and ${gaps.length - SHOWN} more` : "";
  return [{ kind: "gap", message: `no row and no object for version ${gaps.slice(0, SHOWN).join(", ")}${more}` }];
}
