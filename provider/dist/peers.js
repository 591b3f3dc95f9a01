"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.requireAws = requireAws;
const node_fs_1 = require("node:fs");
/** The oldest release of @pulumi/aws that the component works with; package.json asks npm for the same. */
const AWS = { major: 7, minor: 21 };
/**
 * Stops a program whose @pulumi/aws is too old or too new. npm lets such a program through with `--force` or `--legacy-peer-deps`, other package
 * managers with a warning; it would then fail at a resource with an error that names neither.
 *
 * @throws Error
 */
function requireAws(version = installedAws()) {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major === AWS.major && minor >= AWS.minor)
        return;
    const { major: wanted } = AWS;
    throw new Error(`lob-registry needs @pulumi/aws ${wanted}.${AWS.minor} or a later ${wanted}.x, and found ${version}: run \`npm install @pulumi/aws@${wanted}\`.`);
}
const installedAws = () => JSON.parse((0, node_fs_1.readFileSync)(require.resolve("@pulumi/aws/package.json"), "utf8")).version;
