import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { explainAwsError, nameOf, requestIdsOf } from "../aws/explain.js";
import { LobError } from "../errors.js";
import * as layout from "../layout.js";
import type { Aws, Lob } from "../types.js";
import { parseLobRow } from "./rows.js";

/**
 * Finds a LOB by name: asks the given catalog table, else the LOB's own, else the shared one. A missing or denied table is skipped. The
 * LOB's row names everything else.
 * @throws LobError LOB1001 (name), LOB3001 (in no table; lists each answer), LOB3004 (newer layout), LOB2xxx (AWS)
 */
export async function findLob(aws: Aws, lob: string, options: { catalogTable?: string } = {}): Promise<Lob> {
  assertName(layout.lobProblem(lob));
  const tables = options.catalogTable ? [options.catalogTable] : layout.catalogTableCandidates(lob);
  const answers: string[] = [];
  let denied: object = {};
  for (const table of tables) {
    try {
      const { Item } = await aws.dynamodb.send(
        new GetItemCommand({ TableName: table, Key: { [layout.CATALOG_HASH_KEY]: { S: layout.lobNamespace(lob) } }, ConsistentRead: true }),
      );
      if (Item) return verified(parseLobRow(Item, table), lob, aws.region);
      answers.push(`${table} has no row ${lob}`);
    } catch (error) {
      const passedOver = PASSED_OVER[nameOf(error)];
      if (passedOver === undefined) throw explainAwsError(error, `looking for LOB ${lob} in table ${table}`);
      answers.push(`${table} ${passedOver}`);
      if (nameOf(error) === "AccessDeniedException") denied = requestIdsOf(error);
    }
  }
  throw new LobError("LOB3001", `LOB ${lob} was not found in ${aws.region}: ${answers.join("; ")}`, {
    hint: "Check the LOB's name, the region and the account (`aws sts get-caller-identity`). If the catalog table has another name, pass it (--catalog-table, the input `catalog-table`).",
    details: { lob, region: aws.region, ...denied },
  });
}

const PASSED_OVER: Readonly<Record<string, string>> = {
  ResourceNotFoundException: "does not exist",
  AccessDeniedException: "is denied to these credentials",
};

function verified(row: Lob, lob: string, region: string): Lob {
  if (row.lob !== lob) {
    throw new LobError("LOB4004", `the row of LOB ${lob} in table ${row.catalogTable} names the LOB ${row.lob}`, {
      hint: "Deploy the LOB's Pulumi stack again.",
    });
  }
  if (row.bucketRegion !== region) {
    throw new LobError("LOB1002", `LOB ${lob} has its bucket in ${row.bucketRegion}, but the region in use is ${region}`, {
      hint: `Use the region ${row.bucketRegion}.`,
    });
  }
  return row;
}

/** Throws a problem with a name as bad input. @throws LobError LOB1001 */
export function assertName(problem: string | undefined): void {
  if (problem !== undefined) throw new LobError("LOB1001", problem, { hint: "Correct the name and run the command again." });
}
