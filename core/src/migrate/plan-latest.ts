/** Plans LATEST of a model. Pure. */
import { bytes } from "../format.js";
import { LATEST } from "../layout.js";
import { versionInMetadata } from "../registry/objects.js";
import type { ObjectHead } from "../transfer/object.js";
import type { MigrationIssue } from "./issues.js";
import type { ModelSummary } from "../types.js";
import type { ModelInventory, TargetModel } from "./inventory.js";
import type { PlanContext } from "./plan.js";
import { farAbove, isKnown, shaOf, type VersionStep } from "./plan-versions.js";

/** LATEST of the source: a copy of the newest version, unpublished work, or missing. */
export type LatestIs = "published" | "draft" | "absent";

export type LatestStep =
  /** LATEST is right, or there is no version for it. */
  | { readonly do: "nothing"; readonly is: LatestIs }
  /** Copies the draft as a draft. */
  | { readonly do: "copy-draft"; readonly is: "draft"; readonly object: ObjectHead; readonly sha256?: string | undefined }
  /** Moves LATEST of the LOB, which is behind or missing, to the newest version. */
  | { readonly do: "advance"; readonly is: LatestIs };

export function planLatest(
  context: PlanContext,
  inventory: ModelInventory,
  steps: readonly VersionStep[],
): { step: LatestStep; issues: MigrationIssue[] } {
  const { model, latest, latestRecord, target } = inventory;
  const newest = steps.find((step) => step.do !== "left" && canBeLatest(step, target.row));
  const draft = latest !== undefined && latestRecord?.deleted !== true && isDraft(context, inventory, latest);
  if (draft) return planDraft(context, inventory, latest, newest);
  const is: LatestIs = latest === undefined ? "absent" : "published";
  const issues = cannotBeLatest(context, inventory, steps, newest);
  if (newest === undefined) return { step: { do: "nothing", is }, issues };
  if (latest === undefined && context.names.backEnd === "s3") {
    issues.push({
      level: "note",
      code: "LOB3022",
      message: `the Python library calls ${model} contaminated because it has versions but no ${LATEST}; ${LATEST} is restored from the newest version`,
      hint: context.inPlace
        ? "Its ETag will differ from that of the number. A publish from Python without a put before it will create another number with the same bytes."
        : "The source stays unchanged.",
      model,
    });
  }
  const held = target.latest && versionInMetadata(target.latest);
  const there = isThere(context, target, newest);
  const published = [newest.sha256, target.row?.latestSha256];
  if (!context.inPlace && target.latest !== undefined && held === undefined && !published.includes(shaOf(target.latest))) {
    issues.push({
      level: "problem",
      code: "LOB3021",
      message: `${model}: ${LATEST} of the LOB holds unpublished work that the source does not have; it stays`,
      hint: "Publish it with the Python library (`publish_artifact_version`), or replace it with `lobreg publish --take-over`.",
      model,
    });
  }
  return { step: there ? { do: "nothing", is } : { do: "advance", is }, issues };
}

/** Whether a version may become `latest`. indexVersions in registry/migrate-writes.ts explains why one with the bytes of another may not. */
const canBeLatest = ({ version, twin }: VersionStep, row: ModelSummary | undefined): boolean =>
  !twin || row === undefined || row.latest === 0 || row.latest === version;

/** Reports the source's newest version if it is migrated but cannot become the newest of the LOB. */
function cannotBeLatest(
  { inPlace }: PlanContext,
  { model, target }: ModelInventory,
  steps: readonly VersionStep[],
  newest: VersionStep | undefined,
): MigrationIssue[] {
  const top = steps.find((step) => step.do !== "left")?.version ?? 0;
  const stays = Math.max(newest?.version ?? 0, target.row?.latest ?? 0);
  if (inPlace || top <= stays) return [];
  return [
    {
      level: "problem",
      code: "LOB3021",
      message: `${model}: version ${top} has the bytes of an older one, and the LOB already has READY versions: its ${LATEST} stays at version ${stays}`,
      hint: "It is migrated under its number. To make its content the newest, publish it to the LOB again (`lobreg publish`).",
      model,
      version: top,
    },
  ];
}

/** Whether LATEST of the LOB is up to date. In place it is the source's own, and unpublished work stays. */
function isThere({ inPlace }: PlanContext, { latest }: TargetModel, newest: VersionStep | undefined): boolean {
  if (latest === undefined) return false;
  const held = versionInMetadata(latest);
  return inPlace || held === undefined || newest === undefined || held >= newest.version;
}

/** Whether LATEST is unpublished work. */
function isDraft(context: PlanContext, inventory: ModelInventory, latest: ObjectHead): boolean {
  const { versions, latestRecord } = inventory;
  const astray = farAbove(context, inventory);
  const published = versions.filter((one) => isKnown(context, one) && one.record?.deleted !== true && one.version < astray);
  if (published.length === 0) return true;
  const newest = published.reduce((best, one) => (one.version > best.version ? one : best));
  // LATEST names its version if this program wrote it.
  if (newest.object?.etag === latest.etag || versionInMetadata(latest) !== undefined) return false;
  const [ofLatest, ofNewest] = [latestRecord?.sha256 ?? shaOf(latest), newest.record?.sha256 ?? shaOf(newest.object)];
  return ofLatest === undefined || ofLatest !== ofNewest;
}

function planDraft(
  context: PlanContext,
  { model, latestRecord, target }: ModelInventory,
  latest: ObjectHead,
  newest: VersionStep | undefined,
): { step: LatestStep; issues: MigrationIssue[] } {
  const sha256 = latestRecord?.sha256 ?? shaOf(latest);
  const issue = (level: MigrationIssue["level"], what: string, hint: string): MigrationIssue => ({
    level,
    code: "LOB3021",
    message: `${model}: ${LATEST} holds ${bytes(latest.size)} of unpublished work; ${what}`,
    hint,
    model,
  });
  const publish = "Publish it with the Python library (`publish_artifact_version`), or replace it with `lobreg publish --take-over`.";
  if (context.inPlace) return { step: { do: "nothing", is: "draft" }, issues: [issue("note", "it stays unchanged", publish)] };
  const there = target.latest;
  if (there === undefined) {
    const step: LatestStep = { do: "copy-draft", is: "draft", object: latest, sha256 };
    return { step, issues: [issue("note", "it is migrated, and stays unpublished", publish)] };
  }
  // LATEST that claims to be a version is published, so it is not a draft, regardless of its bytes.
  const same = versionInMetadata(there) === undefined && there.size === latest.size && (sha256 === undefined || shaOf(there) === sha256);
  if (same) return { step: { do: "nothing", is: "draft" }, issues: [issue("note", "the LOB has the same draft", publish)] };
  return {
    step: { do: isThere(context, target, newest) ? "nothing" : "advance", is: "draft" },
    issues: [
      issue("problem", `the LOB has other content at ${LATEST}, so this work stays in the source`, "Publish it there, and migrate again."),
    ],
  };
}
