/** Progress of long work as a bar on a terminal. Elsewhere it is lines: ../progress-lines.ts. */
import { SingleBar } from "cli-progress";
import { duration } from "../format.js";
import type { OnProgress, Progress } from "../progress.js";
import { amount, PHASES } from "../progress-lines.js";
import type { Terminal } from "./io.js";

export interface ProgressView {
  readonly update: OnProgress;
  /** Makes room for a line of text; the next update shows the progress again. */
  pause(): void;
  /** No more progress is shown. */
  end(): void;
}

/** A bar at the bottom of a terminal, gone when the work is done. */
export function progressBar(terminal: Terminal): ProgressView {
  let bar: SingleBar | undefined;
  let phase: { readonly name: Progress["phase"]; readonly started: number; updated: number } | undefined;
  let ended = false;
  const hide = (): void => {
    bar?.stop();
    bar = undefined;
  };
  return {
    update({ phase: name, done, total, unit }) {
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
              unit,
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
function line(
  phase: Progress["phase"],
  unit: Progress["unit"],
  elapsed: number,
  done: number,
  total: number | undefined,
  share: number,
  width: number,
): string {
  const start = PHASES[phase];
  const counted = total === undefined ? amount(done, unit) : `${amount(done, unit)} of ${amount(total, unit)}`;
  const rate = elapsed >= 1000 ? speed(done, unit, elapsed) : "";
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

const speed = (done: number, unit: Progress["unit"], elapsed: number): string =>
  `${amount(Math.round(done / Math.max(0.001, elapsed / 1000)), unit)}/s`;
