/** Progress of long work: a bar on a terminal, a few lines a minute elsewhere. */
import { SingleBar } from "cli-progress";
import type { OnProgress, Progress } from "../progress.js";
import { bytes, duration } from "./format.js";
import type { Terminal } from "./io.js";

export interface ProgressView {
  readonly update: OnProgress;
  /** Makes room for a line of text; the next update shows the progress again. */
  pause(): void;
  /** No more progress is shown. */
  end(): void;
}

const WORDS: Readonly<Record<Progress["phase"], string>> = {
  scan: "reading",
  upload: "uploading",
  copy: "copying inside S3",
  download: "downloading",
};

/** Milliseconds that a phase takes before it is worth a line, and at least between two lines. */
const FIRST_LINE = 3_000;
const NEXT_LINE = 15_000;

interface Phase {
  readonly name: Progress["phase"];
  readonly started: number;
}

/**
 * Progress as plain lines, for logs and pipes. Work that is done within seconds prints nothing.
 *
 * @param print takes one line.
 * @param now milliseconds of a clock that does not go back.
 */
export function progressLines(print: (line: string) => void, now: () => number): ProgressView {
  let phase: (Phase & { next: number }) | undefined;
  let ended = false;
  return {
    update({ phase: name, done, total }) {
      const time = now();
      if (ended) return;
      if (phase?.name !== name) phase = { name, started: time, next: time + FIRST_LINE };
      if (time < phase.next) return;
      phase.next = time + NEXT_LINE;
      const share = total === undefined || total === 0 ? bytes(done) : `${Math.floor((100 * done) / total)} % of ${bytes(total)}`;
      print(`${WORDS[name]}: ${share}, ${speed(done, time - phase.started)}`);
    },
    pause: () => undefined,
    end() {
      ended = true;
    },
  };
}

/** A bar at the bottom of a terminal, gone when the work is done. */
export function progressBar(terminal: Terminal): ProgressView {
  let bar: SingleBar | undefined;
  let phase: (Phase & { updated: number }) | undefined;
  let ended = false;
  const hide = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update({ phase: name, done, total }) {
      if (ended) return; // a bar that is started now would be stopped by nobody
      if (phase?.name !== name) {
        hide();
        phase = { name, started: performance.now(), updated: 0 };
      }
      const now = phase;
      now.updated = performance.now();
      // A total that is not known, or turns out too low, must not make the bar full too early.
      const whole = Math.max(total ?? 0, done, 1);
      if (bar === undefined) {
        bar = new SingleBar({
          stream: terminal,
          format: (_, shown) =>
            line(
              now.name,
              now.updated - now.started,
              shown.value,
              total === undefined ? undefined : shown.total,
              shown.progress,
              terminal.columns ?? 80,
            ),
          clearOnComplete: true,
          hideCursor: true,
          gracefulExit: false, // signals are handled at one place only
          fps: 8,
        });
        bar.start(whole, done);
        return;
      }
      bar.setTotal(whole);
      bar.update(done);
    },
    pause: hide,
    end() {
      ended = true;
      hide();
    },
  };
}

/** One line of the bar, fitted to the terminal. */
function line(phase: Progress["phase"], elapsed: number, done: number, total: number | undefined, share: number, width: number): string {
  const start = WORDS[phase];
  const counted = total === undefined ? bytes(done) : `${bytes(done)} of ${bytes(total)}`;
  const rate = elapsed >= 1000 ? speed(done, elapsed) : "";
  const left =
    total !== undefined && elapsed >= 3000 && done > 0 && done < total ? `${duration((elapsed / done) * (total - done))} left` : "";
  const end = [total === undefined ? "" : `${Math.floor(share * 100)} %`, counted, rate, left].filter((part) => part !== "");
  const room = (): number => width - 1 - start.length - end.join("  ").length - 6;
  while (end.length > 1 && room() < 10) end.pop();
  const size = total === undefined ? 0 : Math.min(40, room());
  const full = Math.round(share * size);
  const bar = size < 5 ? "" : ` [${"=".repeat(full)}${" ".repeat(size - full)}]`;
  return `${start}${bar}  ${end.join("  ")}`.slice(0, width - 1);
}

const speed = (done: number, elapsed: number): string => `${bytes(Math.round(done / Math.max(0.001, elapsed / 1000)))}/s`;
