/** The LOBs of one run: made as the component declares them, found by their names alone, and removed whatever became of them. */
import { join } from "node:path";
import { DeleteTableCommand, UpdateTableCommand, waitUntilTableNotExists } from "@aws-sdk/client-dynamodb";
import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { ownNames } from "lob-registry-core/layout";
import { deploy } from "../sandbox/deploy/deploy.ts";
import { clientsOf, type Clients } from "../support/state.ts";
import type { Account } from "./account.ts";
import { isThrowAway } from "./arguments.ts";
import { protectedTable } from "./probes/dynamodb.ts";

/** Both LOBs of a run. */
export const lobsOf = (name: string): readonly [writeOnce: string, withPython: string] => [name, `${name}-py`];

/** Creates the LOBs. If this fails, created resources stay until {@link remove} deletes them. */
export async function make(account: Account, name: string): Promise<void> {
  await deploy(account, { program: join(import.meta.dirname, "lob.ts"), project: "e2e", config: { "e2e:lob": name } });
}

/** Something that is still there. */
export interface Leftover {
  readonly what: string;
  readonly reason: string;
  /** A command that removes it. */
  readonly mend: string;
}

/**
 * Removes everything that a run of this name can have made, whether it is there or not, and answers with what could not be removed.
 *
 * @throws Error when the name is not one that is given here: nothing else is ever removed
 */
export async function remove(account: Account, name: string): Promise<Leftover[]> {
  if (!isThrowAway(name)) throw new Error(`${name} was not made here`);
  const clients = clientsOf(account);
  const names = lobsOf(name).map((lob) => ({ lob, ...ownNames(account.accountId, account.region, lob) }));
  const region = `--region ${account.region}`;
  const removals: { what: string; mend: string; work: () => Promise<void> }[] = [
    ...names.map(({ bucket }) => ({
      what: `bucket ${bucket}`,
      mend: `aws s3api delete-bucket-policy --bucket ${bucket} ${region}; empty it with its versions; aws s3 rb s3://${bucket} ${region}`,
      work: () => removeBucket(clients, bucket, account.accountId),
    })),
    ...names
      .flatMap(({ lob, catalogTable, registryTable }) => [catalogTable, registryTable, protectedTable(lob)])
      .map((table) => ({
        what: `table ${table}`,
        mend: `aws dynamodb update-table --table-name ${table} --no-deletion-protection-enabled ${region}; aws dynamodb delete-table --table-name ${table} ${region}`,
        work: () => removeTable(clients, table),
      })),
  ];
  const left = await Promise.all(
    removals.map(async ({ what, mend, work }): Promise<Leftover[]> => {
      try {
        await work();
        return [];
      } catch (error) {
        return isAbsent(error)
          ? []
          : [{ what, mend, reason: `${(error as Error).name}: ${(error as Error).message}`.replaceAll(/\s+/g, " ") }];
      }
    }),
  );
  clients.s3.destroy();
  clients.dynamodb.destroy();
  return left.flat();
}

const isAbsent = (error: unknown): boolean => ["NoSuchBucket", "ResourceNotFoundException"].includes((error as Error).name);

async function removeBucket({ s3 }: Clients, bucket: string, owner: string): Promise<void> {
  const at = { Bucket: bucket, ExpectedBucketOwner: owner };
  // The policy lets nobody delete a number, and whoever may lift it, may.
  await s3.send(new DeleteBucketPolicyCommand(at));
  // Deleted objects are not listed again, so the first page always has the next objects.
  for (;;) {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand(at));
    if (Uploads.length === 0) break;
    await Promise.all(Uploads.map(({ Key, UploadId }) => s3.send(new AbortMultipartUploadCommand({ ...at, Key, UploadId }))));
  }
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand(at));
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ ...at, Delete: { Objects, Quiet: true } }));
    const [first] = Errors;
    if (first)
      throw Object.assign(new Error(`${Errors.length} objects stay; ${first.Key}: ${first.Message}`), { name: first.Code ?? "Error" });
  }
  await s3.send(new DeleteBucketCommand(at));
}

async function removeTable({ dynamodb }: Clients, table: string): Promise<void> {
  await patiently(() => dynamodb.send(new UpdateTableCommand({ TableName: table, DeletionProtectionEnabled: false }))).catch(
    (error: unknown) => {
      // Off already, it may be refused as no change; if it is on, the deletion tells.
      if ((error as Error).name !== "ValidationException") throw error;
    },
  );
  await patiently(() => dynamodb.send(new DeleteTableCommand({ TableName: table })));
  await waitUntilTableNotExists({ client: dynamodb, maxWaitTime: 300, minDelay: 0.2, maxDelay: 5 }, { TableName: table });
}

/** A table that is being made or changed takes no other change meanwhile. */
async function patiently(request: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await request();
      return;
    } catch (error) {
      if ((error as Error).name !== "ResourceInUseException" || tries === 60) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}
