/** Formats the results of a run. Pure. */
import { renderTable, type TableColumn } from "../../core/dist/cli/table.js";
import type { Outcome, Result } from "./check.ts";

const COLUMNS: readonly TableColumn<Result>[] = [
  { title: "PROMISE", value: ({ check }) => check.promise, rank: 0, atLeast: 30 },
  { title: "RESULT", value: ({ outcome }) => outcome, rank: 0 },
  { title: "RESTS ON", value: ({ check }) => check.restsOn, rank: 0, atLeast: 30 },
];
const OUTCOMES: readonly Outcome[] = ["holds", "BROKEN", "FAILED", "not by this server", "not tried"];

/** Formats the table of promises, the observations that contradict one, and the totals. */
export function reportOf(results: readonly Result[], width: number | undefined): string {
  const { text } = renderTable(results, COLUMNS, width);
  const seen = results.flatMap(({ check, outcome, said }) => (said === undefined ? [] : [`${outcome}: ${check.restsOn}\n  ${said}`]));
  const totals = OUTCOMES.flatMap((outcome) => {
    const number = results.filter((result) => result.outcome === outcome).length;
    return number === 0 ? [] : [`${number} ${outcome === "holds" && number !== 1 ? "hold" : outcome}`];
  });
  return [text, ...(seen.length > 0 ? ["", "Observations:", ...seen] : []), "", `${totals.join(", ")}.`].join("\n");
}

/** Whether nothing that was tried came out wrong. */
export const isGood = (results: readonly Result[]): boolean => results.every(({ outcome }) => outcome !== "BROKEN" && outcome !== "FAILED");
