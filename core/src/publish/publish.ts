import { scanTree, type Tree } from "../archive/index.js";
import { LobError } from "../errors.js";
import { s3Uri, versionKey } from "../layout.js";
import { findLob } from "../registry/lob.js";
import { readVersion } from "../registry/store.js";
import type { Aws, Lob, ModelSummary, Version } from "../types.js";
import { advanceLatest } from "./advance.js";
import { bringToReady, takeRowOver } from "./create.js";
import { decide, type Decision, type Settled } from "./decide.js";
import { changedDescriptors, updateDescriptors } from "./descriptors.js";
import { findNumbers, indexUpTo } from "../registry/recover.js";
import { foreignNumber, look } from "./look.js";
import { checkedOptions, type PublishOptions, type PublishResult } from "./options.js";
import { clean, cleanAfter, reservedVersion, stage } from "./stage.js";
import { indexNumbers } from "../registry/writes.js";
import { log } from "../registry/context.js";
import { timestamp } from "../environment.js";

import { MODEL_ROW, reserve, RESERVED_ROW, setKey } from "../registry/publish-writes.js";
import { Rounds } from "../registry/rounds.js";
import { transact } from "../registry/transact.js";
import { type PublishEnvironment, PUBLISH_SYSTEM } from "./environment.js";
import { type PublishRun, named } from "./run.js";

/**
 * Publishes a built model: its content becomes a new version, or turns out to be one that is there. Any number of publishers may do
 * this at once, and any of them may be killed at any moment; running it again goes on from wherever it stands. The protocol and what
 * it promises: docs/publish-protocol.md.
 * @throws LobError with a code, what happened, and what to do next
 */
export async function publish(aws: Aws, given: PublishOptions): Promise<PublishResult> {
  const options = checkedOptions(given);
  const { onProgress, signal, follow } = options;
  // The files are read before the first request: what is wrong with them is told without credentials.
  const tree = await scanTree(options.path, {
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
    ...(follow !== undefined && { follow }),
  });
  try {
    const lob = await findLob(aws, options.lob, options.catalogTable === undefined ? {} : { catalogTable: options.catalogTable });
    return await publishTree(aws, lob, tree, options);
  } finally {
    await tree.close();
  }
}

/** Publishes a tree that was scanned already. */
export async function publishTree(
  aws: Aws,
  lob: Lob,
  tree: Tree,
  options: PublishOptions,
  environment: PublishEnvironment = PUBLISH_SYSTEM,
): Promise<PublishResult> {
  const { model, takeOver = false, onProgress, onLog, signal } = options;
  const run: PublishRun = {
    aws,
    lob,
    model,
    takeOver,
    ...(onProgress && { onProgress }),
    ...(onLog && { onLog }),
    ...(signal && { signal }),
    uploadAgain: (row) => takeRowOver(run, row),
    options,
    tree,
    environment,
    staged: undefined,
    ownStaging: new Map(),
    ownTokens: new Set(),
    keyIsNew: false,
    publishedLatest: new Map(),
  };
  if (options.dryRun) return rehearse(run);
  try {
    return await perform(run);
  } catch (error) {
    // Bytes that no row names are of no use to anybody; those that a row names are what the next publish goes on from.
    await clean(
      run,
      [...run.ownStaging].filter(([, state]) => state === "free").map(([key]) => key),
    );
    throw error;
  }
}

/** ProtocolContext 0 to 6. */
async function perform(run: PublishRun): Promise<PublishResult> {
  const { aws, lob } = run;
  const rounds = new Rounds(run, `publishing ${run.model}`);
  for (;;) {
    log(run, "look", `looking at ${run.lob.lob}/${run.model}`);
    const snapshot = await look(run);
    const ready = await act(run, snapshot.model, decide(snapshot), rounds);
    if (ready === undefined) continue;
    const version = await readVersion(aws, lob, run.model, ready.version);
    if (!version) {
      if (!(await recover(run, snapshot.model, ready.version))) throw rowIsGone(run, ready.version);
      await rounds.next(`version ${ready.version} had no row`);
      continue;
    }
    // A key that was used before asks for the same again: what later publishes said about the version stays.
    const after = ready.replay && !run.keyIsNew ? version : await updateDescriptors(run, version);
    const latest = await advanceLatest(run, version.version, ready.replay);
    await clean(run, run.ownStaging.keys());
    await cleanAfter(run, version);
    return resultOf(run, after, {
      changed: run.ownTokens.has(version.token),
      joined: ready.joined,
      descriptorsUpdated: !run.ownTokens.has(version.token) && after !== version,
      latest,
    });
  }
}

interface Ready {
  readonly version: number;
  readonly replay: boolean;
  readonly joined: boolean;
}

/** Carries one decision out. Undefined: look again. */
async function act(run: PublishRun, model: ModelSummary | undefined, decision: Decision, rounds: Rounds): Promise<Ready | undefined> {
  switch (decision.do) {
    case "fail":
      throw decision.error;
    case "recover": {
      if (!(await recover(run, model, decision.version))) return act(run, model, decision.otherwise, rounds);
      await rounds.next(`version ${decision.version} had no row`);
      return undefined;
    }
    case "again":
      // A pointer beyond what the model's row knows is a race, or a row that was deleted or restored: then it does not go by.
      if (!(await clearOfForeigners(run, model, rounds))) return undefined;
      if (decision.otherwise && rounds.last === decision.because) return act(run, model, decision.otherwise, rounds);
      await rounds.next(decision.because);
      return undefined;
    case "finish":
      // What our catalog has as the newest is not, where the Python library has published since.
      if (!decision.replay && !(await clearOfForeigners(run, model, rounds))) return undefined;
      return { version: decision.version, replay: decision.replay, joined: false };
    case "set-key":
      if (!decision.row && !(await clearOfForeigners(run, model, rounds))) return undefined;
      await nameByKey(run, decision.version, decision.row);
      return undefined;
    case "help": {
      if (!run.ownTokens.has(decision.row.token)) log(run, "join", `joining the publish of version ${decision.row.version}`);
      const ready = await readied(run, await bringToReady(run, decision.row), rounds);
      return decision.unnamed ? undefined : ready;
    }
    case "take-over": {
      const row = await takeRowOver(run, decision.row);
      return readied(run, row && (await bringToReady(run, row)), rounds);
    }
    case "new": {
      if (!(await clearOfForeigners(run, model, rounds))) return undefined;
      const row = await reserveNumber(run, model, decision, rounds);
      return row && readied(run, await bringToReady(run, row), rounds);
    }
  }
}

/** Gives a version its row again, from its object; false where that is gone too. */
async function recover(run: PublishRun, model: ModelSummary | undefined, n: number): Promise<boolean> {
  const found = await findNumbers(run, [n]);
  if (found.length === 0) return false;
  log(run, "look", `version ${n} has no row; making it anew from its object`);
  await transact(run, indexNumbers(run.lob, run.model, found, model, timestamp(run.environment)), `indexing version ${n}`);
  return true;
}

/** Whether the catalog knows every number there is, so that it can be gone by. False: one was indexed, look again. */
async function clearOfForeigners(run: PublishRun, model: ModelSummary | undefined, rounds: Rounds): Promise<boolean> {
  const foreign = await foreignNumber(run, model);
  if (foreign === undefined) return true;
  await indexUpTo(run, foreign, model);
  await rounds.next(`version ${foreign} was not in the catalog`);
  return false;
}

async function readied(run: PublishRun, version: number | undefined, rounds: Rounds): Promise<Ready | undefined> {
  if (version === undefined) {
    await rounds.next("another publisher changed the version's row");
    return undefined;
  }
  const row = await requireVersion(run, version);
  return { version, replay: false, joined: !run.ownTokens.has(row.token) };
}

/** ProtocolContext 1 and 2. Undefined when another publisher was first; what was uploaded is kept for the next round. */
async function reserveNumber(
  run: PublishRun,
  model: ModelSummary | undefined,
  decision: Extract<Decision, { do: "new" }>,
  rounds: Rounds,
): Promise<Version | undefined> {
  const staged = await stage(run, decision.previous !== undefined);
  const version = reservedVersion(run, staged, decision.next);
  log(run, "reserve", `reserving version ${version.version}`);
  const read = { ...(model && { model }), ...(decision.previous && { previous: decision.previous }) };
  const result = await transact(run, reserve(run.lob, version, read, timestamp(run.environment)), `reserving version ${version.version}`);
  if (result.outcome === "done") {
    named(run, staged);
    return version;
  }
  // No answer, or the row has our token after an answer that was lost: a row may name this upload, so it is not used for another.
  const there = result.outcome === "refused" ? result.rows[RESERVED_ROW] : undefined;
  if (result.outcome === "unknown" || there?.["token"]?.S === staged.token) named(run, staged);
  else if (there && !result.failed[MODEL_ROW]) await stepOver(run, model, version.version);
  await rounds.next(result.outcome === "unknown" ? "no answer came" : "another publish was first");
  return undefined;
}

/** The number has a row although `next` is not above it: the model's row was deleted or restored. */
async function stepOver(run: PublishRun, model: ModelSummary | undefined, n: number): Promise<void> {
  const row = await readVersion(run.aws, run.lob, run.model, n);
  if (!row) return;
  const known = { version: row, hasRow: true, isCopy: () => false };
  await transact(run, indexNumbers(run.lob, run.model, [known], model, timestamp(run.environment)), `stepping over version ${n}`);
}

async function nameByKey(run: PublishRun, version: number, row: Version | undefined): Promise<void> {
  const key = run.options.idempotencyKey!;
  log(run, "join", `version ${version} has this content; letting the idempotency key name it`);
  // Whatever comes of it, the next look reads what the key names.
  const { outcome } = await transact(
    run,
    setKey(run.lob, run.model, version, run.tree.digest, key, row),
    `naming version ${version} by the key ${key}`,
  );
  if (outcome !== "refused") run.keyIsNew = true;
}

/** What a publish would do, without a write. */
async function rehearse(run: PublishRun): Promise<PublishResult> {
  const { model, ...snapshot } = await look(run);
  const decided = decide({ ...snapshot, ...(model && { model }) });
  if (decided.do === "recover" && (await findNumbers(run, [decided.version])).length > 0) {
    throw rowIsGone(run, decided.version);
  }
  const decision: Settled = decided.do === "recover" || (decided.do === "again" && decided.otherwise) ? decided.otherwise! : decided;
  const latest = model?.latest ?? 0;
  if (decision.do === "fail") throw decision.error;
  if (decision.do === "again") throw new LobError("LOB3007", decision.because, { hint: "Run the same command again." });
  // As in `act`: whether the catalog knows every number decides unless a key or a row has decided already.
  const settled = decision.do === "finish" ? decision.replay : decision.do !== "new" && decision.row !== undefined;
  const foreign = settled ? undefined : await foreignNumber(run, model);
  if (decision.do === "new" || foreign !== undefined) {
    const version = Math.max(model?.next ?? 1, (foreign ?? 0) + 1);
    return resultOf(
      run,
      { ...descriptorsOf(run), version },
      { changed: true, joined: false, descriptorsUpdated: false, latest: Math.max(latest, foreign ?? 0) },
    );
  }
  const n = decision.do === "finish" || decision.do === "set-key" ? decision.version : decision.row.version;
  const version = await requireVersion(run, n);
  const differing = decision.do === "finish" && decision.replay ? {} : changedDescriptors(version, run.options);
  const outcome = { changed: false, joined: version.status === "RESERVED", descriptorsUpdated: Object.keys(differing).length > 0, latest };
  return resultOf(run, { ...version, ...differing }, outcome);
}

const descriptorsOf = ({ options }: PublishRun) => ({
  metrics: options.metrics ?? {},
  tags: options.tags ?? {},
  ...(options.description !== undefined && { description: options.description }),
});

async function requireVersion(run: PublishRun, n: number): Promise<Version> {
  const version = await readVersion(run.aws, run.lob, run.model, n);
  if (version) return version;
  throw rowIsGone(run, n);
}

function rowIsGone({ lob, model }: PublishRun, n: number): LobError {
  return new LobError("LOB4004", `the catalog or a pointer names version ${n} of ${lob.lob}/${model}, which has no row`, {
    hint: `Somebody deleted the row by hand. \`lobreg doctor ${lob.lob}/${model}\` makes it anew from ${s3Uri(lob.bucket, versionKey(lob, model, n))}.`,
  });
}

type Described = Pick<Version, "version" | "metrics" | "tags"> & Partial<Version>;

function resultOf(
  run: PublishRun,
  version: Described,
  outcome: Pick<PublishResult, "changed" | "joined" | "descriptorsUpdated" | "latest">,
): PublishResult {
  const { lob, tree, options, aws } = run;
  const key = versionKey(lob, options.model, version.version);
  return {
    lob: lob.lob,
    model: options.model,
    version: version.version,
    ...outcome,
    dryRun: options.dryRun ?? false,
    treeDigest: tree.digest,
    files: tree.files,
    contentBytes: tree.bytes,
    ...(version.sha256 !== undefined && { sha256: version.sha256 }),
    ...(version.size !== undefined && { size: version.size }),
    bucket: lob.bucket,
    key,
    s3Uri: s3Uri(lob.bucket, key),
    ...(version.url !== undefined && { registryUrl: version.url }),
    consoleUrl: consoleUrl(lob, aws.region, key),
    ...(version.manifestSha256 !== undefined && { manifestSha256: version.manifestSha256 }),
    metrics: version.metrics,
    tags: version.tags,
    ...(version.description !== undefined && { description: version.description }),
  };
}

/** Page of an object in the AWS console. China and GovCloud have consoles of their own. */
export function consoleUrl(lob: Pick<Lob, "bucket">, region: string, key: string): string {
  const domain = region.startsWith("cn-")
    ? "console.amazonaws.cn"
    : region.startsWith("us-gov-")
      ? "console.amazonaws-us-gov.com"
      : "console.aws.amazon.com";
  const query = new URLSearchParams({ region, prefix: key });
  return `https://${region}.${domain}/s3/object/${encodeURIComponent(lob.bucket)}?${query.toString()}`;
}
