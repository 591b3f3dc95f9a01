/**
 * What an attacker's models go through, as a process of its own: each is published to the strict fake, its manifest is read back and
 * compared with that of the version before it. The parent gives this little memory, and hears of each model on a line of JSON: what was
 * found, bytes that were read of its files, the peak of memory so far.
 *
 *     node --max-old-space-size=256 test/hostile/run.ts FOLDER...
 *
 * Each FOLDER has the models `before` and `after`.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import {
  type Diff,
  diffMarkdown,
  diffModels,
  folderSide,
  LobError,
  type OpenSide,
  parseReport,
  publish,
  reportHtml,
  reportMarkdown,
  reportText,
  versionSide,
} from "lob-registry-core";
import { lobRowItem } from "lob-registry-core/layout";
import type { Report } from "../../core/dist/report/types.js";
import { FakeAws } from "../../core/dist/testing/fake-aws.js";
import { LOB } from "../../core/dist/testing/simulation.js";
import type { Told } from "./told.ts";

/** Models up to this size are compared as folders, too: their metrics are those of their files. */
const SMALL = 1 << 20;

const fake = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable], LOB.bucketOwner);
fake.putItem(LOB.catalogTable, lobRowItem(LOB));
const aws = fake.clients();

let bytesRead = 0;
await countReads();
for (const [i, folder] of process.argv.slice(2).entries()) {
  const told: Told = { folder, ...(await outcome(folder, `model-${i}`)), peakKiB: process.resourceUsage().maxRSS };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  fake.objects.clear();
}

async function outcome(folder: string, model: string): Promise<Omit<Told, "folder" | "peakKiB">> {
  const [before, after] = [join(folder, "before"), join(folder, "after")];
  try {
    await publish(aws, { lob: LOB.lob, model, path: before });
    bytesRead = 0;
    const { contentBytes } = await publish(aws, { lob: LOB.lob, model, path: after });
    const read = bytesRead;
    const byManifest = await compared(
      await versionSide(aws, LOB, model, { version: 1 }),
      await versionSide(aws, LOB, model, { version: 2 }),
    );
    const byFolder =
      contentBytes > SMALL ? undefined : await compared(await folderSide(before, undefined), await folderSide(after, undefined));
    const diff = byFolder ?? byManifest;
    // As another job would read and post it.
    const report = parseReport(reportText(reportOf(model, diff)));
    return {
      contentBytes,
      bytesRead: read,
      diff,
      same: byFolder === undefined || isDeepStrictEqual(byFolder.after.summary, byManifest.after.summary),
      markdown: [diffMarkdown(diff), reportMarkdown(report)],
      page: reportHtml(report),
    };
  } catch (error) {
    return { refused: error instanceof LobError ? error.code : String((error as Error).stack) };
  }
}

function reportOf(model: string, diff: Diff): Report {
  const base = { kind: "version", version: 1, ref: "LATEST" } as const;
  return {
    schema: 1,
    createdBy: "a test",
    models: [{ kind: "compared", lob: LOB.lob, model, base, candidate: diff.after, diff, gates: [] }],
  };
}

async function compared(before: OpenSide, after: OpenSide): Promise<Diff> {
  try {
    return await diffModels(before, after);
  } finally {
    await Promise.all([before.close(), after.close()]);
  }
}

/** Every read of a file goes through a method that all handles share. */
async function countReads(): Promise<void> {
  const handle = await open(import.meta.filename);
  const shared = Object.getPrototypeOf(handle) as { read: (...args: unknown[]) => Promise<{ bytesRead: number }> };
  await handle.close();
  const read = shared.read;
  shared.read = async function (this: unknown, ...args) {
    const result = await read.apply(this, args);
    bytesRead += result.bytesRead;
    return result;
  };
}
