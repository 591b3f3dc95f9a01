import { describe, expect, test } from "@jest/globals";
import { LobError } from "lob-registry-core";
import type { Annotation } from "../log.js";
import { checkSummary, conclusionOf, MAX_CHECK_SUMMARY, createCheckRun, type CheckRun } from "./check-run.js";
import { compared, failedModel, gate, report } from "./testing.js";

const annotation = (line: number): Annotation => ({
  level: "error",
  title: "Gate failed",
  message: `gate ${line}`,
  file: "models.yml",
  line,
});
const RUN: CheckRun = {
  repository: "acme/fraud-models",
  headSha: "0123456789abcdef0123456789abcdef01234567",
  name: "Models of fraud",
  conclusion: "failure",
  title: "1 of 1 model changes",
  summary: "**summary**",
  annotations: [],
};

/** The requests to GitHub, and the log. */
async function tell(
  run: CheckRun,
  answer: () => unknown = () => ({ id: 5 }),
): Promise<{ calls: [string, any][]; info: string[]; warnings: string[] }> {
  const told = { calls: [] as [string, any][], info: [] as string[], warnings: [] as string[] };
  const api = {
    rest: (route: string, parameters: unknown): Promise<any> => {
      told.calls.push([route, parameters]);
      return Promise.resolve().then(answer);
    },
  };
  await createCheckRun(() => Promise.resolve(api), run, { info: (line) => told.info.push(line), warn: (line) => told.warnings.push(line) });
  return told;
}

describe("the summary", () => {
  test.each(["x", "é", "❌", "🟨"])("of %s uses most of the bytes that GitHub accepts", (sign) => {
    const text = checkSummary((budget) => sign.repeat(Math.floor(budget / sign.length)));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_CHECK_SUMMARY);
    expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_CHECK_SUMMARY - 8);
  });

  test("is shortened until it fits", () => {
    const budgets: number[] = [];
    const text = checkSummary((budget) => {
      budgets.push(budget);
      return "❌".repeat(Math.min(budget, 30_000)) + "x".repeat(Math.max(0, budget - 30_000));
    });
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_CHECK_SUMMARY);
    expect(budgets.length).toBeGreaterThan(1);
    expect(Math.min(...budgets)).toBeGreaterThanOrEqual(Math.floor(MAX_CHECK_SUMMARY / 3));
  });
});

describe("the check run", () => {
  test("is created on the pull request's commit as completed", async () => {
    const { calls, info } = await tell({ ...RUN, detailsUrl: "https://github.com/acme/fraud-models/actions/runs/1" });
    expect(calls).toEqual([
      [
        "POST /repos/{owner}/{repo}/check-runs",
        {
          owner: "acme",
          repo: "fraud-models",
          name: "Models of fraud",
          head_sha: RUN.headSha,
          status: "completed",
          conclusion: "failure",
          details_url: "https://github.com/acme/fraud-models/actions/runs/1",
          output: { title: "1 of 1 model changes", summary: "**summary**", annotations: [] },
        },
      ],
    ]);
    expect(info).toEqual(['Check run "Models of fraud" of commit 0123456789ab: failure']);
  });

  test("has all annotations with lines, at most 50 per request", async () => {
    const annotations = Array.from({ length: 120 }, (_, index) => annotation(index + 1));
    const { calls } = await tell({ ...RUN, annotations: [{ level: "warning", title: "t", message: "m" }, ...annotations] });
    expect(calls.map(([route]) => route.split(" ")[0])).toEqual(["POST", "PATCH", "PATCH"]);
    const sent = calls.map(([, { output }]) => (output.annotations as { start_line: number }[]).map(({ start_line }) => start_line));
    expect(sent.map(({ length }) => length)).toEqual([50, 50, 20]);
    expect(sent.flat()).toEqual(annotations.map(({ line }) => line));
    expect(calls[0]![1].output.annotations[0]).toEqual({
      path: "models.yml",
      start_line: 1,
      end_line: 1,
      annotation_level: "failure",
      title: "Gate failed",
      message: "gate 1",
    });
    // Without these, GitHub would drop the existing output.
    expect(calls[1]![1]).toMatchObject({ check_run_id: 5, output: { title: RUN.title, summary: RUN.summary } });
  });

  test("starts with failures, omits files outside the repository and needs at most ten requests", async () => {
    const skipped = { ...annotation(1), level: "notice" as const };
    const outside = ["/etc/models.yml", "../models.yml"].map((file) => ({ ...annotation(2), file }));
    const failing = Array.from({ length: 600 }, (_, index) => annotation(index + 10));
    const { calls } = await tell({ ...RUN, annotations: [skipped, ...outside, ...failing] });
    expect(calls).toHaveLength(10);
    expect(calls[0]![1].output.annotations[0]).toMatchObject({ path: "models.yml", start_line: 10 });
  });

  test.each([401, 403, 404])("is skipped with one line in the log if GitHub answers %i", async (status) => {
    const refused = new LobError("LOB2011", "creating the check run: GitHub refuses it", { details: { status } });
    expect(await tell(RUN, () => { throw refused; })).toMatchObject({ info: ["No check run: the job may not write checks (checks: write)"], warnings: [] }); // prettier-ignore
  });

  test.each([
    new LobError("LOB2012", "creating the check run: GitHub does not respond"),
    new LobError("LOB2011", "creating the check run: GitHub refused it (422)", { details: { status: 422 } }),
  ])("is skipped with a warning: $message", async (error) => {
    expect(await tell(RUN, () => { throw error; })).toMatchObject({ info: [], warnings: [`No check run: ${error.message}`] }); // prettier-ignore
  });

  test("does not hide an unexpected error", async () => {
    await expect(tell(RUN, () => { throw new TypeError("x"); })).rejects.toThrow("x"); // prettier-ignore
  });
});

describe("its summary", () => {
  test("is as long as GitHub accepts, with any characters", () => {
    for (const character of ["a", "🟨", "ä", "\u2192"]) {
      const text = checkSummary((budget) => character.repeat(Math.floor(budget / character.length)));
      const size = Buffer.byteLength(text);
      expect(size).toBeLessThanOrEqual(MAX_CHECK_SUMMARY);
      expect(size).toBeGreaterThan(0.9 * MAX_CHECK_SUMMARY);
    }
    // Short text stays unchanged.
    expect(checkSummary(() => "🟨")).toBe("🟨");
  });
});

describe("its conclusion", () => {
  const conclusion = (models: Parameters<typeof report>[0], failOnGates = true): string =>
    conclusionOf({ report: report(models), failOnGates }).conclusion;

  test("is success if all gates passed or there are none", () => {
    expect(conclusion([compared()])).toBe("success");
    expect(conclusion([compared({ gates: [gate("passed"), gate("skipped")] })])).toBe("success");
  });

  test("is failure if a gate or a model failed", () => {
    expect(conclusion([compared(), compared({ gates: [gate("failed")] })])).toBe("failure");
    expect(conclusion([compared(), failedModel()], false)).toBe("failure");
  });

  test("is neutral if something is unknown, and for failed gates with fail-on-gates: false", () => {
    expect(conclusion([compared({ base: { kind: "unknown", reason: "no credentials" } })])).toBe("neutral");
    expect(conclusion([compared({ gates: [gate("failed")] })], false)).toBe("neutral");
  });

  test("has the verdict as its title", () => {
    expect(conclusionOf({ report: report([compared()]), failOnGates: true }).title.length).toBeGreaterThan(5);
  });
});
