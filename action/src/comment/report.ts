/** The report that a step before, perhaps of another job, wrote: hostile. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { LobError, parseReport, type Report } from "lob-registry-core";
import { readForeign } from "../files.js";
import { quote } from "../reading.js";

/** Most bytes of a report; core reads no more either. */
export const MAX_REPORT_BYTES = 16 * 1024 * 1024;
const NAME = "report.json";

/**
 * @param path of the file, or of the folder that it is in; what else is in there is not looked at
 * @throws LobError LOB1004 where it cannot be read, LOB4005 where it is damaged
 */
export async function readReport(path: string): Promise<Report> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, NAME) : path;
  return parseReport(
    await readForeign(file, MAX_REPORT_BYTES).catch((error: unknown) => {
      throw new LobError(
        "LOB1004",
        `the report, ${quote(file)}, cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        {
          hint: `Give the output report-dir of the step that compares, or the folder that its artifact was downloaded to. Did that step run, and write ${NAME}?`,
          details: { path: file },
        },
      );
    }),
  );
}
