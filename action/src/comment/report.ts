/** Reads the report that an earlier step wrote, perhaps in another job. It is untrusted. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { LobError, parseReport, type Report } from "lob-registry-core";
import { readForeign } from "../files.js";
import { quote } from "../reading.js";

/** Largest report in bytes, which is also core's limit. */
export const MAX_REPORT_BYTES = 16 * 1024 * 1024;
const NAME = "report.json";

/**
 * @param path path of the file, or of its folder; other files there are ignored
 * @throws LobError LOB1004 if it cannot be read, LOB4005 if it is damaged
 */
export async function readReport(path: string): Promise<Report> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, NAME) : path;
  return parseReport(
    await readForeign(file, MAX_REPORT_BYTES).catch((error: unknown) => {
      throw new LobError("LOB1004", `cannot read the report, ${quote(file)}: ${error instanceof Error ? error.message : String(error)}`, {
        hint: `Use the output report-dir of the step that compares, or the folder that its artifact was downloaded to. Check that this step ran and wrote ${NAME}.`,
        details: { path: file },
      });
    }),
  );
}
