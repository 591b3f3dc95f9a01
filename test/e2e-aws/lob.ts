/** The Pulumi program of the throw-away LOBs: as anybody declares them, one write-once, one that Python publishes into as well. */
import * as pulumi from "@pulumi/pulumi";
import { LineOfBusiness } from "lob-registry";

const name = new pulumi.Config().require("lob");
const tags = { "lob-registry": "e2e", "throw-away": "true" };
const description = "Made by npm run e2e:aws, to be thrown away";

export const writeOnce = new LineOfBusiness(name, { description, tags }).bucketName;
export const withPython = new LineOfBusiness(`${name}-py`, { description, tags, pythonWriters: true }).bucketName;
