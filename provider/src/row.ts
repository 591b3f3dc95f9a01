import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CATALOG_HASH_KEY, LAYOUT_VERSION, lobRowItem } from "./generated/layout";
import type { Home } from "./home";
import type { LineOfBusinessSettings } from "./settings/line-of-business";
import { child, type LineOfBusinessTransforms } from "./transforms";

/** Declares the row of a LOB in the catalog, from which clients find everything else. */
export function lobRow(
  name: string,
  home: Home,
  settings: LineOfBusinessSettings,
  transform: LineOfBusinessTransforms,
  options: pulumi.CustomResourceOptions,
): aws.dynamodb.TableItem {
  const item = pulumi
    .output({
      lob: settings.lob,
      bucket: home.bucketName,
      bucketOwner: home.accountId,
      bucketRegion: home.region,
      prefix: home.prefix,
      suffix: home.suffix,
      registryTable: home.registryTableName,
      writeOnce: home.writeOnce,
      protectedAliases: settings.protectedAliases,
      kmsKeyArn: home.kmsKeyArn,
      description: settings.description,
      owner: settings.owner,
    })
    .apply(({ kmsKeyArn, description, owner, ...known }) =>
      JSON.stringify(
        lobRowItem({
          ...known,
          layoutVersion: LAYOUT_VERSION,
          ...(kmsKeyArn !== undefined && { kmsKeyArn }),
          ...(description !== undefined && { description }),
          ...(owner !== undefined && { owner }),
        }),
      ),
    );
  return child(
    aws.dynamodb.TableItem,
    transform.row,
    `${name}-row`,
    { tableName: home.catalogTableName, hashKey: CATALOG_HASH_KEY, item, ...(home.tableRegion && { region: home.tableRegion }) },
    options,
  );
}
