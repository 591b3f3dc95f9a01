/**
 * Runs the real code of many publishers and doctors on the fake, one request at a time, in an order that a seed decides. Requests may lose
 * their answer, publishers and doctors may be killed (a request in flight may still arrive, much later), staging may expire, and the Python
 * library may publish in between. The invariants are checked after every request.
 */
import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { TreeDigest } from "../archive/digest.js";
import type { Tree } from "../archive/index.js";
import { doctorLob } from "../doctor/doctor.js";
import type { DoctorReport } from "../doctor/options.js";
import { LATEST, METADATA, parseVersionKey, versionKey, versionUrl, STAGING_PREFIX } from "../layout.js";
import { publishTree } from "../publish/publish.js";
import type { PublishResult } from "../publish/options.js";
import type { Environment } from "../environment.js";
import type { PublishEnvironment } from "../publish/environment.js";
import type { Aws, Lob, ManifestFile } from "../types.js";
import { FakeAws, lostAnswer } from "./fake-aws.js";
import { sha256, violations, type Stored, type StoredObject } from "./invariants.js";

export interface SimulatedPublisher {
  /** Stands for the published folder; its archive has distinct bytes. */
  readonly content: string;
  readonly key?: string;
}

export interface Scenario {
  readonly seed: number;
  /** Contents that were published before, in this order. */
  readonly history?: readonly string[];
  readonly publishers: readonly SimulatedPublisher[];
  /**
   * Number of doctors beside the publishers. If set, one more doctor runs at the end; after it nothing may be unfinished, whoever was
   * killed.
   */
  readonly doctors?: number;
  /** Whether the doctors also delete uploads that no row names. */
  readonly clean?: boolean;
  /** Whether killed publishers stay away. Default: all are started again. */
  readonly deserters?: boolean;
  /** How many times a publisher or doctor may be killed; each is started again. */
  readonly kills?: number;
  /** How many answers may be lost. */
  readonly lost?: number;
  /** How many staging objects may expire. */
  readonly expiries?: number;
  /** How many times the Python library publishes LATEST as a new number, or publishes other work. */
  readonly python?: number;
}

const MODEL = "churn";
export const LOB: Lob = {
  lob: "fraud",
  layoutVersion: 1,
  bucket: "bucket",
  bucketOwner: "123456789012",
  bucketRegion: "us-east-1",
  prefix: "ml-models",
  suffix: ".tar.gz",
  catalogTable: "fraud-model-catalog",
  registryTable: "fraud-model-registry",
  writeOnce: true,
  protectedAliases: [],
};

interface Actor {
  readonly name: string;
  /** The publisher; absent for a doctor. */
  readonly publisher: SimulatedPublisher | undefined;
  pending:
    | {
        readonly label: string;
        readonly execute: () => unknown;
        readonly answer: (value: unknown) => void;
        readonly fail: (error: unknown) => void;
      }
    | undefined;
  result?: PublishResult;
  error?: unknown;
  ended: boolean;
  /** Called when the actor waits for a request or has ended. */
  wake: () => void;
}

/** State that must change only in certain ways from one request to the next. */
interface Observed {
  readonly objects: ReadonlyMap<string, unknown>;
  /** The version that LATEST holds; 0 if there is no LATEST. */
  readonly latest: number;
  readonly newest: string | undefined;
  /** Digests of the RESERVED rows, by their hash key. */
  readonly reserved: ReadonlyMap<string, string>;
  /** The newest version according to the catalog. */
  readonly catalogLatest: number;
  /** Hash keys of all rows. */
  readonly rows: ReadonlySet<string>;
}

export class Simulation {
  readonly trace: string[] = [];
  readonly aws = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
  readonly #scenario: Scenario;
  readonly #environment: (content: string) => PublishEnvironment;
  #clock = 0;
  readonly #random: () => number;
  readonly #hashes = new WeakMap<Buffer, string>();
  /** Requests of killed publishers that are still in flight. */
  readonly #zombies: { label: string; execute: () => unknown }[] = [];
  readonly #stickiness: number;
  #last = "";

  /** @param manifestPath beginning of the paths of manifests */
  constructor(scenario: Scenario, manifestPath: string) {
    this.#scenario = scenario;
    this.#random = mulberry32(scenario.seed);
    const tick = (): Date => new Date(++this.#clock * 1000);
    this.aws.tick = tick;
    this.#environment = fakeEnvironment(manifestPath, this.#random, tick);
    this.#stickiness = this.#random() * 0.97;
  }

  /** Plays the scenario to its end. @returns every violation; empty if all invariants held */
  async run(): Promise<string[]> {
    for (const content of this.#scenario.history ?? []) await this.#undisturbed({ content });
    const budget = {
      kills: this.#scenario.kills ?? 0,
      lost: this.#scenario.lost ?? 0,
      expiries: this.#scenario.expiries ?? 0,
      python: this.#scenario.python ?? 0,
    };
    const actors: Actor[] = [];
    for (const [index, publisher] of this.#scenario.publishers.entries()) actors.push(await this.#start(`P${index}`, publisher));
    for (let index = 0; index < (this.#scenario.doctors ?? 0); index++) actors.push(await this.#start(`D${index}`, undefined));
    const found: string[] = [];
    const results: { publisher: SimulatedPublisher; result: PublishResult }[] = [];
    for (let steps = 0; actors.length > 0 || this.#zombies.length > 0; steps++) {
      if (steps > 8000) return ["no end after 8,000 requests", ...found];
      const before = this.#observe();
      await this.#step(actors, budget);
      found.push(...this.#changes(before), ...violations(this.stored(), LOB, MODEL, { settled: false }));
      for (const actor of actors.filter((candidate) => candidate.ended)) {
        actors.splice(actors.indexOf(actor), 1);
        if (actor.result && actor.publisher) results.push({ publisher: actor.publisher, result: actor.result });
        else if (!actor.error)
          continue; // a doctor
        // The network was away for too long: the person runs the command again.
        else if ((actor.error as { code?: string }).code === "LOB2005") actors.push(await this.#start(`${actor.name}*`, actor.publisher));
        else found.push(`${actor.name} failed: ${String((actor.error as Error | undefined)?.stack)}`);
      }
      if (found.length > 0) return found;
    }
    if (this.#scenario.doctors === undefined) {
      return [...violations(this.stored(), LOB, MODEL, { unindexed: (this.#scenario.python ?? 0) > 0 }), ...this.#judge(results)];
    }
    await this.#doctor(this.aws.clients());
    const again = await this.#doctor(this.aws.clients());
    const left = again.issues
      .filter(({ kind, outcome }) => outcome !== "noted" && (kind !== "old-upload" || this.#scenario.clean === true))
      .map(({ message }) => `a second doctor found: ${message}`);
    return [...violations(this.stored(), LOB, MODEL), ...this.#judge(results), ...left];
  }

  #doctor(aws: Aws): Promise<DoctorReport> {
    const options = { busySeconds: 0, ageSeconds: 0, concurrency: 1, clean: this.#scenario.clean ?? false };
    return doctorLob(aws, LOB, options, this.#environment("a doctor"));
  }

  stored(): Stored {
    const objects = new Map<string, StoredObject>();
    for (const [key, object] of this.aws.objects) {
      let hash = this.#hashes.get(object.body);
      if (hash === undefined) this.#hashes.set(object.body, (hash = sha256(object.body)));
      objects.set(key, { etag: object.etag, size: object.body.length, metadata: object.metadata, sha256: hash });
    }
    return { objects, catalog: this.aws.items(LOB.catalogTable), registry: this.aws.items(LOB.registryTable) };
  }

  async #step(actors: Actor[], budget: { kills: number; lost: number; expiries: number; python: number }): Promise<void> {
    const chance = (probability: number) => this.#random() < probability;
    if (this.#zombies.length > 0 && (actors.length === 0 || chance(0.2))) {
      const [zombie] = this.#zombies.splice(Math.floor(this.#random() * this.#zombies.length), 1);
      this.trace.push(`zombie: ${zombie!.label}`);
      try {
        zombie!.execute();
      } catch {
        // nobody hears the answer
      }
      return;
    }
    if (budget.expiries > 0 && chance(0.12)) {
      const staged = [...this.aws.objects.keys()].filter((key) => key.startsWith(STAGING_PREFIX));
      if (staged.length > 0) {
        budget.expiries--;
        const key = staged[Math.floor(this.#random() * staged.length)]!;
        this.trace.push(`expires: ${key}`);
        this.aws.objects.delete(key);
        return;
      }
    }
    if (budget.python > 0 && chance(0.05)) {
      budget.python--;
      this.#pythonPublishes();
      return;
    }
    const index = this.#choose(actors);
    const actor = actors[index]!;
    const { label, execute, answer, fail } = actor.pending!;
    if (budget.kills > 0 && chance(0.08)) {
      budget.kills--;
      this.trace.push(`${actor.name} is killed at: ${label}`);
      if (chance(0.6)) this.#zombies.push({ label, execute });
      if (this.#scenario.deserters === true && actor.publisher && chance(0.5)) actors.splice(index, 1);
      else actors[index] = await this.#start(`${actor.name}'`, actor.publisher);
      return;
    }
    // The SDK retries a request without an answer; the protocol must cope when it gives up.
    if (budget.lost > 0 && chance(0.1)) {
      budget.lost--;
      const givenUp = chance(0.5);
      this.trace.push(`${actor.name}: ${label} (answer lost${givenUp ? "" : ", sent again"})`);
      const arrived = chance(0.7);
      try {
        if (arrived) execute();
      } catch {
        // nobody hears the answer
      }
      if (!givenUp) return;
      actor.pending = undefined;
      const quiet = new Promise<void>((resolve) => (actor.wake = resolve));
      fail(lostAnswer());
      await quiet;
      return;
    }
    actor.pending = undefined;
    const quiet = new Promise<void>((resolve) => (actor.wake = resolve));
    this.trace.push(`${actor.name}: ${label}`);
    try {
      answer(execute());
    } catch (error) {
      fail(error);
    }
    await quiet;
  }

  /** Picks runs of one publisher's requests whose length depends on the seed: an even mix would never let one get far ahead of another. */
  #choose(actors: readonly Actor[]): number {
    const same = actors.findIndex((actor) => actor.name === this.#last);
    const index = same >= 0 && this.#random() < this.#stickiness ? same : Math.floor(this.#random() * actors.length);
    this.#last = actors[index]!.name;
    return index;
  }

  /** Publishes as the library does: the newest listed number plus one, copied from LATEST without a condition. */
  #pythonPublishes(): void {
    const numbers = [...this.aws.objects.keys()].flatMap((key) => {
      const version = parseVersionKey(LOB, key)?.version;
      return typeof version === "number" ? [version] : [];
    });
    const n = Math.max(0, ...numbers) + 1;
    const latest = this.aws.objects.get(versionKey(LOB, MODEL, LATEST));
    if (!latest || this.#random() < 0.5) {
      const body = Buffer.from(`python ${n}`);
      this.trace.push(`python publishes ${n}`);
      const metadata = { [METADATA.artifactName]: MODEL, [METADATA.artifactSha256]: sha256(body) };
      for (const version of [LATEST, n] as const) this.aws.putObject(versionKey(LOB, MODEL, version), body, metadata);
    } else {
      this.trace.push(`python copies LATEST to ${n}`);
      this.aws.putObject(versionKey(LOB, MODEL, n), latest.body, latest.metadata);
    }
  }

  async #undisturbed(publisher: SimulatedPublisher): Promise<PublishResult> {
    return publishTree(this.aws.clients(), LOB, fakeTree(publisher.content), optionsOf(publisher), this.#environment(publisher.content));
  }

  async #start(name: string, publisher: SimulatedPublisher | undefined): Promise<Actor> {
    const actor: Actor = { name, publisher, pending: undefined, ended: false, wake: () => undefined };
    const quiet = new Promise<void>((resolve) => (actor.wake = resolve));
    const clients = this.aws.clients(
      ({ name: request, key }, execute) =>
        new Promise((answer, fail) => {
          actor.pending = { label: `${request} ${key}`, execute, answer, fail };
          actor.wake();
        }),
    );
    const work: Promise<PublishResult | DoctorReport> = publisher
      ? publishTree(clients, LOB, fakeTree(publisher.content), optionsOf(publisher), this.#environment(publisher.content))
      : this.#doctor(clients);
    work
      .then(
        (result) => {
          if ("version" in result) actor.result = result;
        },
        (error: unknown) => (actor.error = error),
      )
      .finally(() => {
        actor.ended = true;
        actor.wake();
      });
    await quiet;
    return actor;
  }

  #observe(): Observed {
    const latest = this.aws.objects.get(versionKey(LOB, MODEL, LATEST));
    const version = latest?.metadata[METADATA.artifactVersion] ?? /^python (\d+)$/.exec(latest?.body.toString() ?? "")?.[1];
    const reserved = this.aws.items(LOB.registryTable).filter((item) => item["status"]?.S === "RESERVED");
    return {
      objects: new Map(this.aws.objects),
      latest: latest ? Number(version) : 0,
      newest: this.aws.items(LOB.catalogTable)[0]?.["latestTreeDigest"]?.S,
      catalogLatest: Number(this.aws.items(LOB.catalogTable)[0]?.["latest"]?.N ?? 0),
      rows: new Set(this.aws.tables.get(LOB.registryTable)!.keys()),
      reserved: new Map(reserved.map((item) => [item["url"]!.S!, item["treeDigest"]!.S!])),
    };
  }

  /**
   * Checks what no request may do: replace a number (I2), move LATEST back (I3), or give a number to content that has an unfinished one or
   * is the newest (I4).
   */
  #changes(before: Observed): string[] {
    const found: string[] = [];
    for (const [key, object] of before.objects) {
      if (typeof parseVersionKey(LOB, key)?.version === "number" && this.aws.objects.get(key) !== object)
        found.push(`I2: ${key} was replaced`);
    }
    const after = this.#observe();
    if (after.latest < before.latest) found.push(`I3: LATEST went back from ${before.latest} to ${after.latest}`);
    const newest = this.aws.tables.get(LOB.registryTable)!.get(versionUrl(LOB, MODEL, Math.max(1, before.catalogLatest)));
    if (after.catalogLatest < before.catalogLatest && newest?.["status"]?.S === "READY")
      found.push(`I4: the catalog's latest went back from ${before.catalogLatest}, which is READY, to ${after.catalogLatest}`);
    const moved = [...before.reserved.keys()].some((url) => !after.reserved.has(url)); // A row that moves keeps its claim on the content.
    for (const [url, digest] of after.reserved) {
      // An abandoned number is resumed by its key, whatever was published since.
      if (before.rows.has(url) || moved) continue;
      if ([...before.reserved.values()].includes(digest)) found.push(`I4: ${url} was reserved while the same content was being published`);
      if (digest === before.newest) found.push(`I4: ${url} was reserved for the content of the newest version`);
    }
    return found;
  }

  /** Checks that each publisher has a version with its content (I4: one per key, and none that existed before and is not the newest). */
  #judge(results: readonly { publisher: SimulatedPublisher; result: PublishResult }[]): string[] {
    const found: string[] = [];
    const byKey = new Map<string, number>();
    const history = this.#scenario.history ?? [];
    for (const { publisher, result } of results) {
      const body = this.aws.objects.get(versionKey(LOB, MODEL, result.version))?.body.toString() ?? "nothing";
      if (!body.startsWith(`archive of ${publisher.content}`))
        found.push(`END: a publish of ${publisher.content} ended with version ${result.version}, which holds ${body}`);
      if (result.version <= history.length && publisher.content !== history.at(-1))
        found.push(`I4: ${publisher.content} was not published again`);
      if (publisher.key === undefined) continue;
      const known = byKey.get(publisher.key);
      if (known !== undefined && known !== result.version)
        found.push(`I4: the key ${publisher.key} gave versions ${known} and ${result.version}`);
      byKey.set(publisher.key, result.version);
    }
    return found;
  }
}

function optionsOf(publisher: SimulatedPublisher) {
  return { lob: LOB.lob, model: MODEL, path: ".", ...(publisher.key !== undefined && { idempotencyKey: publisher.key }) };
}

/** A clock, tokens and archives without files. The archive of a content has distinct bytes and ends with the comment, if there is one. */
/** Never waits. */
export const NO_WAIT: Environment = { now: () => new Date(), random: () => 0, sleep: async () => Promise.resolve() };

export function fakeEnvironment(
  manifestPath: string,
  random: () => number = () => 0.5,
  tick: () => Date = clock(),
): (content: string) => PublishEnvironment {
  let tokens = 0;
  return (content) => ({
    sleep: async () => Promise.resolve(),
    random,
    now: tick,
    newToken: () => `token-${String(++tokens).padStart(16, "0")}`,
    async *packTree(_tree, options = {}) {
      yield Buffer.from(`archive of ${content}${options.comment === undefined ? "" : ` # ${options.comment}`}`);
    },
    buildManifest: async (tree, header) => {
      const [file] = filesOf(content);
      const whole = { schema: 1, ...header, treeDigest: tree.digest, files: tree.files, contentBytes: tree.bytes };
      const bytes = gzipSync(`${JSON.stringify(whole)}\n${JSON.stringify(file)}\n`);
      const path = `${manifestPath}-${sha256(bytes)}`;
      await writeFile(path, bytes);
      return { path, sha256: sha256(bytes), size: bytes.length, warnings: [], dispose: async () => Promise.resolve() };
    },
  });
}

function filesOf(content: string): ManifestFile[] {
  return [{ path: "model.bin", mode: 0o644, size: content.length, sha256: sha256(Buffer.from(content)), offset: 512 }];
}

function clock(): () => Date {
  let seconds = 0;
  return () => new Date(++seconds * 1000);
}

/** Stands for a scanned folder with this content. */
export function fakeTree(content: string): Tree {
  const digest = new TreeDigest();
  filesOf(content).forEach((file) => digest.add(file));
  return {
    digest: digest.hex(),
    files: 1,
    bytes: content.length,
    tarBytes: 1024,
    warnings: [],
    leftOut: [],
    archiveBound: 2048,
    async *entries() {
      yield* filesOf(content); // the archive is not made of them here
    },
    close: async () => Promise.resolve(),
  };
}

/** A small seeded generator (mulberry32, public domain): the same seed plays the same schedule. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
