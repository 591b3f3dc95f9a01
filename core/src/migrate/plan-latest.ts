/** What will be done with LATEST of a model. Pure. */
import { bytes } from "../format.js";
import { LATEST } from "../layout.js";
import { versionInMetadata } from "../publish/decide.js";
import type { ObjectHead } from "../transfer/object.js";
import type { Finding } from "./findings.js";
import type { ModelInventory } from "./inventory.js";
import type { PlanContext } from "./plan.js";
import { farAbove, isKnown, shaOf, type VersionStep } from "./plan-versions.js";

/** What LATEST of the source is: a copy of the newest version, somebody's unpublished work, or not there. */
export type LatestIs = "published" | "draft" | "absent";

export type LatestStep =
  /** It is what it must be, or there is nothing to make it of. */
  | { readonly do: "nothing"; readonly is: LatestIs }
  /** The draft comes along, as a draft. */
  | { readonly do: "copy-draft"; readonly is: "draft"; readonly object: ObjectHead; readonly sha256?: string }
  /** It is made from the newest version, where the LOB's is behind or missing. */
  | { readonly do: "advance"; readonly is: LatestIs };

export function planLatest(
  context: PlanContext,
  inventory: ModelInventory,
  steps: readonly VersionStep[],
): { step: LatestStep; findings: Finding[] } {
  const { model, latest, latestRecord, target } = inventory;
  const newest = steps.find((step) => step.do !== "left");
  const draft = latest !== undefined && latestRecord?.deleted !== true && isDraft(context, inventory, latest);
  if (draft) return planDraft(context, inventory, latest);
  const is: LatestIs = latest === undefined ? "absent" : "published";
  if (newest === undefined) return { step: { do: "nothing", is }, findings: [] };
  const findings: Finding[] = [];
  if (latest === undefined && context.names.backEnd === "s3") {
    findings.push({
      level: "note",
      code: "LOB3022",
      message: `the Python library calls ${model} contaminated: it has versions and no ${LATEST}; ${LATEST} is made from the newest version`,
      hint: context.inPlace
        ? "Its ETag will differ from that of the number, so that a publish from Python without a put before it makes one more number of the same bytes."
        : "The source stays as it is.",
      model,
    });
  }
  const held = target.latest && versionInMetadata(target.latest);
  const there = target.latest !== undefined && (context.inPlace || held === undefined || held >= newest.version);
  const published = [newest.sha256, target.row?.latestSha256];
  if (!context.inPlace && target.latest !== undefined && held === undefined && !published.includes(shaOf(target.latest))) {
    findings.push({
      level: "problem",
      code: "LOB3021",
      message: `${model}: ${LATEST} of the LOB holds work that is not published, and that the source does not have; it stays`,
      hint: "Publish it with the Python library (`publish_artifact_version`), or over it with `lobreg publish --take-over`.",
      model,
    });
  }
  return { step: there ? { do: "nothing", is } : { do: "advance", is }, findings };
}

/** Whether LATEST is something that no publish made a number of. */
function isDraft(context: PlanContext, inventory: ModelInventory, latest: ObjectHead): boolean {
  const { versions, latestRecord } = inventory;
  const astray = farAbove(context, inventory);
  const published = versions.filter((one) => isKnown(context, one) && one.record?.deleted !== true && one.version < astray);
  if (published.length === 0) return true;
  const newest = published.reduce((best, one) => (one.version > best.version ? one : best));
  // LATEST that this program wrote names its version.
  if (newest.object?.etag === latest.etag || versionInMetadata(latest) !== undefined) return false;
  const [ofLatest, ofNewest] = [latestRecord?.sha256 ?? shaOf(latest), newest.record?.sha256 ?? shaOf(newest.object)];
  return ofLatest === undefined || ofLatest !== ofNewest;
}

function planDraft(
  context: PlanContext,
  { model, latestRecord, target }: ModelInventory,
  latest: ObjectHead,
): { step: LatestStep; findings: Finding[] } {
  const sha256 = latestRecord?.sha256 ?? shaOf(latest);
  const tell = (level: Finding["level"], what: string, hint: string): Finding => ({
    level,
    code: "LOB3021",
    message: `${model}: ${LATEST} holds ${bytes(latest.size)} that are not published; ${what}`,
    hint,
    model,
  });
  const publish = "Publish it with the Python library (`publish_artifact_version`), or over it with `lobreg publish --take-over`.";
  if (context.inPlace) return { step: { do: "nothing", is: "draft" }, findings: [tell("note", "it stays as it is", publish)] };
  const there = target.latest;
  if (there === undefined) {
    const step: LatestStep = { do: "copy-draft", is: "draft", object: latest, ...(sha256 !== undefined && { sha256 }) };
    return { step, findings: [tell("note", "it comes along, and stays unpublished", publish)] };
  }
  const same = there.size === latest.size && (sha256 === undefined || shaOf(there) === sha256);
  if (same) return { step: { do: "nothing", is: "draft" }, findings: [tell("note", "it is in the LOB as a draft, too", publish)] };
  return {
    step: { do: "advance", is: "draft" },
    findings: [
      tell("problem", `the LOB has something else at ${LATEST}, so that it stays in the source`, "Publish it there, and migrate again."),
    ],
  };
}
