/** Progress as plain lines for a log: a few a minute, not one for every chunk. Pure but for what is handed in. */
import { bytes, duration, type OnProgress, type Progress } from "lob-registry-core";

/** Milliseconds that at least lie between two lines, and after which a line is due although little has moved. */
const AT_LEAST = 2_000;
const AT_MOST = 10_000;
/** Share of the whole after which a line is due, once {@link AT_LEAST} has passed. */
const STEP = 0.05;

const WORDS: Readonly<Record<Progress["phase"], string>> = {
  scan: "reading",
  upload: "uploading",
  copy: "copying inside S3",
  download: "downloading",
};

interface Phase {
  readonly name: Progress["phase"];
  readonly started: number;
  ended: boolean;
  saidAt: number;
  saidDone: number;
}

/**
 * @param print Takes one line.
 * @param now Milliseconds of a clock that does not go back.
 */
export function progressLines(print: (line: string) => void, now: () => number): OnProgress {
  let phase: Phase | undefined;
  return ({ phase: name, done, total }) => {
    const time = now();
    // A phase that begins anew (an upload that is tried again) starts from a lower number.
    if (phase?.name !== name || done < phase.saidDone) phase = { name, started: time, ended: false, saidAt: time, saidDone: 0 };
    if (phase.ended) return;
    const elapsed = time - phase.started;
    const ends = total !== undefined && done >= total;
    const quiet = time - phase.saidAt;
    const moved = total === undefined || total === 0 ? 0 : (done - phase.saidDone) / total;
    if (ends) {
      print(`${WORDS[name]}: ${bytes(done)} in ${duration(elapsed)}${rate(done, elapsed)}`);
      phase.ended = true;
    } else if ((quiet >= AT_LEAST && moved >= STEP) || (quiet >= AT_MOST && done > phase.saidDone)) {
      const share = total === undefined ? bytes(done) : `${Math.floor((100 * done) / total)} % of ${bytes(total)}`;
      print(`${WORDS[name]}: ${share}${rate(done, elapsed)}`);
    } else {
      return;
    }
    phase.saidAt = time;
    phase.saidDone = done;
  };
}

/** Speed, once enough time has passed for it to mean something. */
function rate(done: number, elapsed: number): string {
  return elapsed >= 1000 ? `, ${bytes(Math.round(done / (elapsed / 1000)))}/s` : "";
}
