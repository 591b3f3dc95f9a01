/** Migrates LATEST of one model: copies a draft as a draft, or moves LATEST to the newest version. */
import { log } from "../registry/context.js";
import { LobError } from "../errors.js";
import { LATEST, METADATA, s3Uri, versionKey } from "../layout.js";
import { advanceLatest } from "../publish/advance.js";
import { untilDone } from "../registry/rounds.js";
import { withoutContent } from "../publish/run.js";
import { copyObject } from "../transfer/copy.js";
import { headObject } from "../transfer/object.js";
import { issueOf } from "./issues.js";
import { contentTypeOf, metadataOfCopy } from "./metadata.js";
import type { LatestStep } from "./plan-latest.js";
import { shaOf } from "./plan-versions.js";
import { isReportable, sha256Of, type OnIssue, type MigrationRun } from "./run.js";

/**
 * Copies a draft to LATEST of the LOB, unless LATEST exists. Runs before the numbers are reserved, so that a publish in the meantime stops
 * at the unpublished work (LOB3006) instead of replacing it.
 */
export async function copyDraft(run: MigrationRun, model: string, step: LatestStep, onIssue: OnIssue): Promise<void> {
  if (step.do !== "copy-draft") return;
  const { aws, lob, source, options } = run;
  const { object } = step;
  try {
    const sha256 = await sha256Of(run, source.aws, source.bucket, object, `${model} ${LATEST}`);
    if (step.sha256 !== undefined && step.sha256 !== sha256) {
      throw new LobError(
        "LOB4020",
        `the bytes of ${s3Uri(source.bucket.bucket, object.key)} have sha256 ${sha256} instead of ${step.sha256}`,
        {
          hint: "The draft is not migrated. Write it again with the Python library, and migrate again.",
        },
      );
    }
    log(run, "migrate", `copying the draft of ${model} (${object.size} bytes)`);
    const to = versionKey(lob, model, LATEST);
    await untilDone(run, `copying the draft of ${model}`, async () => {
      const outcome = await copyObject(aws, lob, {
        from: { ...object, bucket: source.bucket },
        to,
        condition: "absent",
        metadata: metadataOfCopy(object, { model, sha256 }),
        contentType: contentTypeOf(source.names.suffix),
        taggedLatest: true,
        signal: options.signal,
      });
      if (outcome === "source-gone") {
        throw new LobError("LOB4020", `${s3Uri(source.bucket.bucket, object.key)} changed during the migration`, {
          hint: "Migrate again.",
        });
      }
      const there = await headObject(aws, lob, to);
      if (there === undefined) return undefined;
      if (shaOf(there) === sha256 && there.metadata[METADATA.artifactVersion] === undefined) return true;
      throw new LobError(
        "LOB3020",
        `${model}: someone wrote other content to ${LATEST} of the LOB in the meantime; the draft stays in the source`,
        {
          hint: "Publish it there, and migrate again.",
        },
      );
    });
  } catch (error) {
    if (!isReportable(error)) throw error;
    onIssue(issueOf(error, { model }));
  }
}

/** Runs step 5 of the publish protocol for the newest READY version. Unpublished work stays. */
export async function followLatest(run: MigrationRun, model: string): Promise<void> {
  await advanceLatest(withoutContent({ ...run, model }), 0, true);
}
