/** One LOB, with the arguments that ARGS holds: the program of tests that change it. */
import { LineOfBusiness, type LineOfBusinessArgs } from "lob-registry";

const { name = "fraud", ...args } = JSON.parse(process.env.ARGS ?? "{}") as LineOfBusinessArgs & { name?: string };
const declared = new LineOfBusiness(name, args);

export const { lob, region, bucketName, catalogTableName, registryTableName } = declared;
