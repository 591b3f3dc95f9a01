/** LATEST of one model: a draft comes along as a draft, else it follows the newest version. */
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
import { isOfOneThing, sha256Of, type OnIssue, type MigrationRun } from "./run.js";

/**
 * Puts a draft at LATEST of the LOB, where nothing is. Before the numbers: whoever publishes meanwhile then finds unpublished work there,
 * and stops (LOB3006), instead of taking its place.
 */
export async function copyDraft(run: MigrationRun, model: string, step: LatestStep, found: OnIssue): Promise<void> {
  if (step.do !== "copy-draft") return;
  const { aws, lob, source, options } = run;
  const { object } = step;
  try {
    const sha256 = await sha256Of(run, source.aws, source.bucket, object, `${model} ${LATEST}`);
    if (step.sha256 !== undefined && step.sha256 !== sha256) {
      throw new LobError(
        "LOB4020",
        `the bytes of ${s3Uri(source.bucket.bucket, object.key)} have sha256 ${sha256}, and must have ${step.sha256}`,
        {
          hint: "Put the draft anew with the Python library, and migrate again. It is not migrated.",
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
        ...(options.signal && { signal: options.signal }),
      });
      if (outcome === "source-gone") {
        throw new LobError("LOB4020", `${s3Uri(source.bucket.bucket, object.key)} changed while it was migrated`, {
          hint: "Migrate again.",
        });
      }
      const there = await headObject(aws, lob, to);
      if (there === undefined) return undefined;
      if (shaOf(there) === sha256 && there.metadata[METADATA.artifactVersion] === undefined) return true;
      throw new LobError(
        "LOB3020",
        `${model}: somebody put something else at ${LATEST} of the LOB meanwhile; the draft stays in the source`,
        {
          hint: "Publish it there, and migrate again.",
        },
      );
    });
  } catch (error) {
    if (!isOfOneThing(error)) throw error;
    found(issueOf(error, { model }));
  }
}

/** Step 5 of the publish protocol, for the newest READY version; work that is not published stays where it is. */
export async function followLatest(run: MigrationRun, model: string): Promise<void> {
  const steps = withoutContent({ ...run, model });
  await advanceLatest(steps, 0, true);
}
