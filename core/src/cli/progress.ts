/** Progress of long work as a bar on a terminal. Without a terminal, ../progress-lines.ts prints lines. */
import { SingleBar } from "cli-progress";
import { duration } from "../format.js";
import type { OnProgress, Progress } from "../progress.js";
import { amount, PHASES } from "../progress-lines.js";
import type { Terminal } from "./io.js";

export interface ProgressView {
  readonly update: OnProgress;
  /** Hides the bar so that a line can be printed; the next update shows it again. */
  pause(): void;
  /** Hides the bar for good. */
  end(): void;
}

/** A bar at the bottom of a terminal, removed when the work is done. */
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
      if (ended) return; // nothing would stop a bar started now
      if (phase?.name !== name) {
        hide();
        phase = { name, started: performance.now(), updated: 0 };
      }
      const now = phase;
      now.updated = performance.now();
      // An unknown or too low total must not fill the bar too early.
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
          gracefulExit: false, // main.ts handles signals
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

/** The bar as one line that fits the terminal. */
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
