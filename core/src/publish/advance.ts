import { log } from "../registry/context.js";
import { LobError } from "../errors.js";
import { LATEST, METADATA, s3Uri, versionKey } from "../layout.js";
import { Rounds } from "../registry/rounds.js";
import { readModel } from "../registry/store.js";
import { copyObject } from "../transfer/copy.js";
import { headObject } from "../transfer/object.js";
import { mustAdvance, unpublishedLatest } from "./decide.js";
import { lookAtLatest, type LatestState } from "./look.js";
import type { ProtocolContext } from "./run.js";

/**
 * Step 5: moves LATEST forward until it holds at least the newest READY version of the catalog, which may be newer than this run's.
 * If-Match makes a late copy fail; only the object that is read afterwards decides whether a copy took place.
 * @param published version to name in an error
 * @param replay whether an earlier publish with this key is complete: then unpublished work at LATEST is not an error
 * @returns the newest version
 */
export async function advanceLatest(run: ProtocolContext, published: number, replay: boolean): Promise<number> {
  const { aws, lob, model, takeOver } = run;
  const latestKey = versionKey(lob, model, LATEST);
  const rounds = new Rounds(run, `moving ${LATEST}`);
  for (;;) {
    const row = await readModel(aws, lob, model);
    const newest = row?.latest ?? 0;
    const state = await lookAtLatest(run);
    if (state.is === "unpublished" && replay && !takeOver) {
      log(run, "advance", `${LATEST} holds work that another writer has not published; it stays unchanged`);
      return newest;
    }
    if (!mustAdvance(heldVersion(run, state, published), newest)) return newest;
    const number = await headObject(aws, lob, versionKey(lob, model, newest));
    if (!number) {
      throw new LobError(
        "LOB4001",
        `version ${newest} is the newest READY version, but ${s3Uri(lob.bucket, versionKey(lob, model, newest))} does not exist`,
        {
          hint: "Somebody deleted it without this program. Restore it from the bucket's noncurrent versions.",
          details: { version: newest },
        },
      );
    }
    const sha256 = number.metadata[METADATA.artifactSha256];
    if (row?.latestSha256 !== undefined && sha256 !== row.latestSha256) {
      // LATEST may be the last copy of what was published.
      throw new LobError(
        "LOB4001",
        `${s3Uri(lob.bucket, number.key)} does not hold what was published as version ${newest}: its sha256 is ${sha256 ?? "unknown"}`,
        {
          hint: `Somebody replaced it without this program. \`lobreg doctor ${lob.lob}/${model}\` reports whether ${LATEST} still has its bytes.`,
          details: { version: newest, key: number.key },
        },
      );
    }
    log(run, "advance", `moving ${LATEST} to version ${newest}`);
    const outcome = await copyObject(aws, lob, {
      from: number,
      to: latestKey,
      condition: state.is === "absent" ? "absent" : { etag: state.head.etag },
      metadata: { ...number.metadata, [METADATA.artifactVersion]: String(newest) },
      taggedLatest: true,
      onBytes: (done) => run.onProgress?.({ phase: "copy", done, total: number.size, item: LATEST }),
      signal: run.signal,
    });
    if (outcome !== "done") await rounds.next(`${LATEST} was being moved by another publish`);
  }
}

/** The version that LATEST holds; undefined if LATEST must be written in any case. */
function heldVersion(run: ProtocolContext, state: LatestState, published: number): number | undefined {
  if (state.is === "version") return state.version;
  // This work appeared after the first look. It stays, and the person decides.
  if (state.is === "unpublished" && !run.takeOver) throw unpublishedLatest(run.model, state.head, published);
  return undefined;
}
