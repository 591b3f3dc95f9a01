import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { Gate } from "./gate";
import { lookup } from "./lookup";
import { deploy, refusalOf, valueOf } from "./testing/deploy";

const WANTED = { argument: "catalogTableName", what: "table", otherwise: "existingTables" };

/** Looks a table up whose request ends like this. */
async function found(result: Promise<string>): Promise<pulumi.Output<string>> {
  let output: pulumi.Output<string> | undefined;
  await deploy(() => {
    const gate = new Gate(new pulumi.ComponentResource("acme:index:Team", "team"));
    const refuse = (path: string, reason: string): Error => new Error(`${path}: ${reason}`);
    output = lookup(pulumi.output(result), pulumi.output("catalog"), { gate, refuse }, WANTED);
  });
  return output!;
}

test.each([
  [
    "invoking aws:dynamodb/getTable:getTable: 1 error occurred:\n\t* reading Dynamodb Table (catalog): couldn't find resource\n\n",
    'catalogTableName: the table "catalog" does not exist in this account and region; correct the name, or remove existingTables to create it',
  ],
  [
    "invoking aws:dynamodb/getTable:getTable: 1 error occurred:\n\t* reading Dynamodb Table (catalog): AccessDenied: not yours\n",
    'catalogTableName: the table "catalog" cannot be read: reading Dynamodb Table (catalog): AccessDenied: not yours',
  ],
])("an error of a lookup takes one line with the argument's path: %j", async (message, expected) => {
  expect(await refusalOf(await found(Promise.reject(new Error(message))))).toEqual(new Error(expected));
});

test("what was found is returned, and a lookup that a preview cannot make is unknown", async () => {
  expect(await valueOf(await found(Promise.resolve("arn")))).toBe("arn");
  expect(await valueOf(await found(Promise.resolve(pulumi.unknown as string)))).toBeUndefined();
});
