/** Doctor restores every deleted row, and every deleted object that still has a copy in S3. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import * as layout from "../layout.js";
import { parseVersionRow } from "../registry/rows.js";
import { publishTree } from "../publish/publish.js";
import { FakeAws } from "../testing/fake-aws.js";
import { sha256, violations } from "../testing/invariants.js";
import { fakeEnvironment, fakeTree, LOB } from "../testing/simulation.js";
import { doctorLob } from "./doctor.js";
import { assertProperty } from "../testing/property.js";

const MODEL = "churn";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lob-sabotage-"));
  await writeFile(join(folder, "manifest"), "x");
});
afterAll(() => rm(folder, { recursive: true }));

/** Earlier publishes, by this program or by Python. */
const deed = fc.oneof(
  { weight: 3, arbitrary: fc.record({ who: fc.constant("us" as const), content: fc.constantFrom("A", "B", "C") }) },
  { weight: 1, arbitrary: fc.record({ who: fc.constant("python" as const), content: fc.constantFrom("x", "y") }) },
);

/** Deletions by an operator: each row with some probability, and the newest number or LATEST. */
const sabotage = fc.record({
  rows: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
  share: fc.constantFrom(0, 0.3, 0.7, 1),
  model: fc.boolean(),
  object: fc.constantFrom("none", "newest number", "LATEST"),
});

test("restores rows that were deleted at random, and publishing works afterwards", async () => {
  await assertProperty(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 7 }), sabotage, async (deeds, { rows, share, model, object }) => {
      const aws = new FakeAws(LOB.bucket, [LOB.catalogTable, LOB.registryTable]);
      const environmentOf = fakeEnvironment(join(folder, "manifest"));
      const publish = (content: string) =>
        publishTree(aws.clients(), LOB, fakeTree(content), { lob: LOB.lob, model: MODEL, path: "." }, environmentOf(content));
      const stored = () => {
        const objects = [...aws.objects].map(
          ([key, { body, etag, metadata }]) => [key, { etag, metadata, size: body.length, sha256: sha256(body) }] as const,
        );
        return { objects: new Map(objects), catalog: aws.items(LOB.catalogTable), registry: aws.items(LOB.registryTable) };
      };
      const keyOf = (n: number | typeof layout.LATEST): string => layout.versionKey(LOB, MODEL, n);
      const numbers = (): number[] =>
        [...aws.objects.keys()].flatMap((key) => {
          const version = layout.parseVersionKey(LOB, key)?.version;
          return typeof version === "number" ? [version] : [];
        });
      const examine = () => doctorLob(aws.clients(), LOB, { concurrency: 1, busySeconds: 0 }, environmentOf("doctor"));

      for (const [index, { who, content }] of deeds.entries()) {
        if (who === "us") await publish(content);
        else {
          const body = Buffer.from(`python ${content} ${index}`);
          const metadata = { [layout.METADATA.artifactName]: MODEL, [layout.METADATA.artifactSha256]: sha256(body) };
          for (const n of [layout.LATEST, Math.max(0, ...numbers()) + 1] as const) aws.putObject(keyOf(n), body, metadata);
        }
      }
      await examine();
      expect(violations(stored(), LOB, MODEL)).toEqual([]);
      const before = stored();
      const newest = Math.max(...numbers());

      const registry = aws.tables.get(LOB.registryTable)!;
      for (const url of registry.keys()) if (rows.next().value < share) registry.delete(url);
      if (model) aws.tables.get(LOB.catalogTable)!.clear();
      if (object === "newest number") aws.objects.delete(keyOf(newest));
      if (object === "LATEST") aws.objects.delete(keyOf(layout.LATEST));

      const report = await examine();
      // Only a row that names its bytes identifies a number of Python.
      const isForeign = aws.objects.get(keyOf(layout.LATEST))?.metadata[layout.METADATA.writeToken] === undefined;
      if (object === "newest number" && isForeign && !aws.objects.has(keyOf(newest))) return;
      expect(report.needsManualAction).toBe(false);
      expect(violations(stored(), LOB, MODEL)).toEqual([]);
      const identity = ({ version, status, sha256: hash, treeDigest, size, token }: ReturnType<typeof parseVersionRow>) => ({
        version,
        status,
        sha256: hash,
        treeDigest,
        size,
        token,
      });
      const versionsOf = (items: typeof before.registry) =>
        items
          .filter((item) => item["url"]!.S!.startsWith("s3://"))
          .map((item) => identity(parseVersionRow(item)))
          .sort((a, b) => a.version - b.version);
      expect(versionsOf(stored().registry)).toEqual(versionsOf(before.registry));
      expect((await examine()).issues).toEqual([]);
      expect(await publish("Z")).toMatchObject({ version: newest + 1, changed: true, latest: newest + 1 });
    }),
    { numRuns: 150 },
  );
});
