/** Progress as plain lines, for logs and pipes: a few a minute, not one for every chunk. Pure but for what is handed in. */
import { bytes, counted, duration } from "./format.js";
import type { OnProgress, Progress } from "./progress.js";

/** Milliseconds that at least lie between two lines, and after which a line is due although little has moved. */
const AT_LEAST = 2_000;
const AT_MOST = 10_000;
/** Share of the whole after which a line is due, once {@link AT_LEAST} has passed. */
const STEP = 0.05;

/** What each phase is called, for people. */
export const PHASES: Readonly<Record<Progress["phase"], string>> = {
  scan: "reading",
  inspect: "inspecting",
  upload: "uploading",
  copy: "copying inside S3",
  download: "downloading",
  check: "checking",
  verify: "verifying",
};

/** An amount in the unit of its progress, for people. */
export const amount = (n: number, unit: Progress["unit"]): string => (unit === "versions" ? counted(n, "version") : bytes(n));

interface Phase {
  readonly name: Progress["phase"];
  readonly started: number;
  saidAt: number;
  saidDone: number;
}

/**
 * Work that is done within two seconds gets no line.
 *
 * @param print Takes one line.
 * @param now Milliseconds of a clock that does not go back.
 */
export function progressLines(print: (line: string) => void, now: () => number): OnProgress {
  let phase: Phase | undefined;
  return ({ phase: name, done, total = 0, unit }) => {
    const time = now();
    // A phase that begins anew (an upload that is tried again) starts from a lower number.
    if (phase?.name !== name || done < phase.saidDone) phase = { name, started: time, saidAt: time, saidDone: 0 };
    const moved = done - phase.saidDone;
    if (moved === 0) return;
    const [quiet, elapsed] = [time - phase.saidAt, time - phase.started];
    const ends = total > 0 && done >= total;
    const due = ends ? elapsed >= AT_LEAST : quiet >= AT_MOST || (quiet >= AT_LEAST && total > 0 && moved >= STEP * total);
    if (!due) return;
    const share = ends
      ? `${amount(done, unit)} in ${duration(elapsed)}`
      : total > 0
        ? `${Math.floor((100 * done) / total)} % of ${amount(total, unit)}`
        : amount(done, unit);
    print(`${PHASES[name]}: ${share}, ${amount(Math.round(done / (elapsed / 1000)), unit)}/s`);
    phase.saidAt = time;
    phase.saidDone = done;
  };
}
