/** Progress as plain lines, for logs and pipes: a few per minute, not one per chunk. Pure except for its arguments. */
import { bytes, counted, duration } from "./format.js";
import type { OnProgress, Progress } from "./progress.js";

/** Milliseconds: the shortest time between two lines, and the time after which even small progress is printed. */
const AT_LEAST = 2_000;
const AT_MOST = 10_000;
/** Share of the total after which a line is printed, once {@link AT_LEAST} has passed. */
const STEP = 0.05;

/** The phases as they are printed. */
export const PHASES: Readonly<Record<Progress["phase"], string>> = {
  scan: "reading",
  inspect: "inspecting",
  upload: "uploading",
  copy: "copying inside S3",
  download: "downloading",
  check: "checking",
  verify: "verifying",
};

/** An amount in its unit, formatted. */
export const amount = (n: number, unit: Progress["unit"]): string => (unit === "versions" ? counted(n, "version") : bytes(n));

interface CurrentPhase {
  readonly name: Progress["phase"];
  readonly started: number;
  printedAt: number;
  printedDone: number;
}

/**
 * Prints nothing for work that takes less than two seconds.
 *
 * @param print prints one line
 * @param now milliseconds of a monotonic clock
 */
export function progressLines(print: (line: string) => void, now: () => number): OnProgress {
  let phase: CurrentPhase | undefined;
  return ({ phase: name, done, total = 0, unit }) => {
    const time = now();
    // A restarted phase, e.g. a retried upload, starts again from a lower number.
    if (phase?.name !== name || done < phase.printedDone) phase = { name, started: time, printedAt: time, printedDone: 0 };
    const moved = done - phase.printedDone;
    if (moved === 0) return;
    const [quiet, elapsed] = [time - phase.printedAt, time - phase.started];
    const ends = total > 0 && done >= total;
    const due = ends ? elapsed >= AT_LEAST : quiet >= AT_MOST || (quiet >= AT_LEAST && total > 0 && moved >= STEP * total);
    if (!due) return;
    const share = ends
      ? `${amount(done, unit)} in ${duration(elapsed)}`
      : total > 0
        ? `${Math.floor((100 * done) / total)} % of ${amount(total, unit)}`
        : amount(done, unit);
    print(`${PHASES[name]}: ${share}, ${amount(Math.round(done / (elapsed / 1000)), unit)}/s`);
    phase.printedAt = time;
    phase.printedDone = done;
  };
}
