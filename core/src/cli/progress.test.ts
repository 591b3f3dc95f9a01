import { describe, expect, test } from "@jest/globals";
import { PassThrough } from "node:stream";
import type { Progress } from "../progress.js";
import { progressBar } from "./progress.js";

// eslint-disable-next-line no-control-regex
const ESCAPES = /\u001b(?:\[[?\d;]*[A-Za-z]|[78])/g;

describe("the bar", () => {
  const draw = async (columns: number, updates: readonly Progress[]): Promise<string[]> => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns });
    const seen: string[] = [];
    terminal.on("data", (chunk: Buffer) => seen.push(chunk.toString()));
    const bar = progressBar(terminal as never);
    for (const progress of updates) {
      bar.update(progress);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    bar.end();
    bar.update({ phase: "copy", done: 1, total: 2 }); // too late: nothing may be drawn, and no timer may keep running
    await new Promise((resolve) => setTimeout(resolve, 200));
    return seen
      .join("")
      .replace(ESCAPES, "\r")
      .split(/\r+/)
      .filter((line) => line !== "");
  };

  test("shows what is done and fits the terminal", async () => {
    for (const columns of [50, 80, 120]) {
      const lines = await draw(columns, [
        { phase: "download", done: 0, total: 4096 },
        { phase: "download", done: 1024, total: 4096 },
      ]);
      expect(lines[0]).toMatch(columns === 50 ? /^downloading \[ +\] {2}0 %$/ : /^downloading \[ +\] {2}0 % {2}0 bytes of 4.0 KiB$/);
      expect(lines.at(-1)).toMatch(/^downloading \[=+ +\] {2}25 %/);
      for (const line of lines) expect(line.length).toBeLessThan(columns);
    }
  });

  test("restarts for each phase", async () => {
    const lines = await draw(80, [
      { phase: "scan", done: 10 },
      { phase: "upload", done: 5, total: 10 },
    ]);
    expect(lines[0]).toBe("reading  10 bytes");
    expect(lines.at(-1)).toContain("uploading [");
    expect(lines.join()).not.toContain("copying");
  });
});
