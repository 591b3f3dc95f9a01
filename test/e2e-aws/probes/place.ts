/** Bucket and tables that the probes run on. */
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import { stagingPrefix, versionKey, type LATEST, type LobRow } from "lob-registry-core/layout";
import type { Target } from "../../support/target.ts";

export interface Place {
  readonly target: Target;
  readonly isAws: boolean;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
  /** The throw-away LOB, as its row has it. */
  readonly row: LobRow;
  readonly catalogTable: string;
}

/** A key that no policy guards. */
export const freeKey = ({ row }: Place, name: string): string => `${stagingPrefix(row.lob)}probe/${name}`;
/** Key of a number, or of LATEST, of a model. */
export const numberKey = ({ row }: Place, model: string, n: number | typeof LATEST): string => versionKey(row, model, n);
