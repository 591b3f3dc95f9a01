import { scanTree, type Tree } from "../archive/index.js";
import { defined } from "../defined.js";
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
import { clean, cleanAfter, inspect, reservedVersion, stage } from "./stage.js";
import { indexNumbers } from "../registry/writes.js";
import { log } from "../registry/context.js";
import { timestamp } from "../environment.js";

import { MODEL_ROW, reserve, RESERVED_ROW, setKey } from "../registry/publish-writes.js";
import { Rounds } from "../registry/rounds.js";
import { transact } from "../registry/transact.js";
import { type PublishEnvironment, PUBLISH_SYSTEM } from "./environment.js";
import { type PublishRun, named } from "./run.js";

/**
 * Publishes a built model: its content becomes a new version unless a version already holds it. Any number of publishers may run at the
 * same time, and any may be killed at any moment; running it again resumes. The protocol and its guarantees: docs/publish-protocol.md.
 * @throws LobError with a code, what happened and what to do next
 */
export async function publish(aws: Aws, given: PublishOptions): Promise<PublishResult> {
  const options = checkedOptions(given);
  const { onProgress, signal, follow, followTo } = options;
  // Reading the files before the first request reports problems with them even without credentials.
  const tree = await scanTree(options.path, defined({ onProgress, signal, follow, followTo }));
  try {
    const lob = await findLob(aws, options.lob, options.catalogTable === undefined ? {} : { catalogTable: options.catalogTable });
    return await publishTree(aws, lob, tree, options);
  } finally {
    await tree.close();
  }
}

/** Publishes a scanned tree. */
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
    onProgress,
    onLog,
    signal,
    uploadAgain: (row) => takeRowOver(run, row),
    options,
    tree,
    environment,
    staged: undefined,
    ownStaging: new Map(),
    ownTokens: new Set(),
    keyIsNew: false,
    warnings: undefined,
    publishedLatest: new Map(),
  };
  if (options.dryRun) return rehearse(run);
  try {
    return await perform(run);
  } catch (error) {
    // Bytes that no row names are useless. Bytes that a row names let the next publish resume.
    await clean(
      run,
      [...run.ownStaging].filter(([, state]) => state === "free").map(([key]) => key),
    );
    throw error;
  }
}

/** Runs steps 0 to 6. */
async function perform(run: PublishRun): Promise<PublishResult> {
  const { aws, lob } = run;
  const rounds = new Rounds(run, `publishing ${run.model}`);
  for (;;) {
    log(run, "look", `reading ${run.lob.lob}/${run.model}`);
    const snapshot = await look(run);
    const ready = await act(run, snapshot.model, decide(snapshot), rounds);
    if (ready === undefined) continue;
    const version = await readVersion(aws, lob, run.model, ready.version);
    if (!version) {
      if (!(await recover(run, snapshot.model, ready.version))) throw rowIsGone(run, ready.version);
      await rounds.next(`version ${ready.version} had no row`);
      continue;
    }
    // A key that was used before asks for the same result again: descriptors from later publishes stay.
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

/** Carries out one decision. Undefined means: look again. */
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
      // A pointer above what the model's row knows means a race, or a row that was deleted or restored and cannot be trusted.
      if (!(await clearOfForeigners(run, model, rounds))) return undefined;
      if (decision.otherwise && rounds.last === decision.because) return act(run, model, decision.otherwise, rounds);
      await rounds.next(decision.because);
      return undefined;
    case "finish":
      // The newest version in the catalog is outdated if the Python library has published since.
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

/** Restores a version's row from its object; false if that is gone as well. */
async function recover(run: PublishRun, model: ModelSummary | undefined, n: number): Promise<boolean> {
  const found = await findNumbers(run, [n]);
  if (found.length === 0) return false;
  log(run, "look", `version ${n} has no row; restoring it from its object`);
  await transact(run, indexNumbers(run.lob, run.model, found, model, timestamp(run.environment)), `indexing version ${n}`);
  return true;
}

/** Whether the catalog knows every number, so that it can be trusted. False: a number was indexed, look again. */
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

/** Steps 1 and 2. Undefined if another publisher was first; the upload is kept for the next round. */
async function reserveNumber(
  run: PublishRun,
  model: ModelSummary | undefined,
  decision: Extract<Decision, { do: "new" }>,
  rounds: Rounds,
): Promise<Version | undefined> {
  const staged = await stage(run, decision.previous !== undefined);
  const version = reservedVersion(run, staged, decision.next);
  log(run, "reserve", `reserving version ${version.version}`);
  const read = defined({ model, previous: decision.previous });
  const result = await transact(run, reserve(run.lob, version, read, timestamp(run.environment)), `reserving version ${version.version}`);
  if (result.outcome === "done") {
    named(run, staged);
    return version;
  }
  // Without an answer, or if the row has our token after a lost answer, a row may name this upload: it must not be used for another.
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
  log(run, "join", `version ${version} has this content; pointing the idempotency key to it`);
  // The outcome does not matter: the next look reads what the key names.
  const { outcome } = await transact(
    run,
    setKey(run.lob, run.model, version, run.tree.digest, key, row),
    `pointing the key ${key} to version ${version}`,
  );
  if (outcome !== "refused") run.keyIsNew = true;
}

/** Returns what a publish would do, without writing. */
async function rehearse(run: PublishRun): Promise<PublishResult> {
  const snapshot = await look(run);
  const { model } = snapshot;
  const decided = decide(snapshot);
  if (decided.do === "recover" && (await findNumbers(run, [decided.version])).length > 0) {
    throw rowIsGone(run, decided.version);
  }
  const decision: Settled = decided.do === "recover" || (decided.do === "again" && decided.otherwise) ? decided.otherwise! : decided;
  const latest = model?.latest ?? 0;
  if (decision.do === "fail") throw decision.error;
  if (decision.do === "again") throw new LobError("LOB3007", decision.because, { hint: "Run the command again." });
  // As in `act`: what the catalog knows decides, unless a key or a row has decided before.
  const settled = decision.do === "finish" ? decision.replay : decision.do !== "new" && decision.row !== undefined;
  const foreign = settled ? undefined : await foreignNumber(run, model);
  if (decision.do === "new" || foreign !== undefined) {
    const version = Math.max(model?.next ?? 1, (foreign ?? 0) + 1);
    await (await inspect(run)).dispose();
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
  ...defined({ description: options.description }),
});

async function requireVersion(run: PublishRun, n: number): Promise<Version> {
  const version = await readVersion(run.aws, run.lob, run.model, n);
  if (version) return version;
  throw rowIsGone(run, n);
}

function rowIsGone({ lob, model }: PublishRun, n: number): LobError {
  return new LobError("LOB4004", `the catalog or a pointer names version ${n} of ${lob.lob}/${model}, but that version has no row`, {
    hint: `Somebody deleted the row by hand. \`lobreg doctor ${lob.lob}/${model}\` restores it from ${s3Uri(lob.bucket, versionKey(lob, model, n))}.`,
  });
}

type DescribedVersion = Pick<Version, "version" | "metrics" | "tags"> & Partial<Version>;

function resultOf(
  run: PublishRun,
  version: DescribedVersion,
  result: Pick<PublishResult, "changed" | "joined" | "descriptorsUpdated" | "latest">,
): PublishResult {
  const { lob, tree, options, aws } = run;
  const key = versionKey(lob, options.model, version.version);
  const kept = version.treeDigest !== undefined && version.treeDigest !== tree.digest;
  const { treeDigest, files, contentBytes } = kept
    ? { treeDigest: version.treeDigest, files: version.files ?? 0, contentBytes: version.contentBytes ?? 0 }
    : { treeDigest: tree.digest, files: tree.files, contentBytes: tree.bytes };
  return {
    lob: lob.lob,
    model: options.model,
    version: version.version,
    outcome: kept ? "kept" : result.changed ? "published" : "unchanged",
    ...result,
    dryRun: options.dryRun ?? false,
    treeDigest,
    ...(kept && { builtTreeDigest: tree.digest }),
    files,
    contentBytes,
    bucket: lob.bucket,
    key,
    s3Uri: s3Uri(lob.bucket, key),
    consoleUrl: consoleUrl(lob, aws.region, key),
    metrics: version.metrics,
    tags: version.tags,
    leftOut: tree.leftOut,
    ...defined({
      warnings: run.warnings,
      sha256: version.sha256,
      size: version.size,
      registryUrl: version.url,
      manifestSha256: version.manifestSha256,
      description: version.description,
    }),
  };
}

/** URL of an object in the AWS console. China and GovCloud have their own consoles. */
export function consoleUrl(lob: Pick<Lob, "bucket">, region: string, key: string): string {
  const domain = region.startsWith("cn-")
    ? "console.amazonaws.cn"
    : region.startsWith("us-gov-")
      ? "console.amazonaws-us-gov.com"
      : "console.aws.amazon.com";
  const query = new URLSearchParams({ region, prefix: key });
  return `https://${region}.${domain}/s3/object/${encodeURIComponent(lob.bucket)}?${query.toString()}`;
}
