// Jest reporter: writes how many tests passed, failed and were skipped to the file that scripts/jobs.mjs names.
import { writeFileSync } from "node:fs";

export default class Totals {
  /**
   * @param {unknown} _contexts
   * @param {import("@jest/reporters").AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const path = process.env["LOB_REGISTRY_TEST_TOTALS"];
    if (path) writeFileSync(path, `${JSON.stringify(totalsOf(results))}\n`);
  }
}

/**
 * A file that could not be run at all counts as one failed; its tests are not known.
 *
 * @param {Pick<import("@jest/reporters").AggregatedResult, "numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests" | "numRuntimeErrorTestSuites">} results
 */
export function totalsOf(results) {
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}
