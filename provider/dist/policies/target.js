"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.indexedBy = exports.versionRows = exports.aliasRows = exports.modelRows = exports.lobRows = exports.aliasKeys = exports.latestKeys = exports.stagingKeys = exports.modelKeys = exports.bucketArn = exports.objects = void 0;
const layout_1 = require("../generated/layout");
// Patterns of IAM are made by the functions that make names, with "*" for a part. No name has a "*" or "?" in it, so that a pattern means no
// more than it says; "/" ends the name of a LOB, so that `fraud/*` is not `fraud-dev/…`.
const ANY = "*";
const each = (models) => models ?? [ANY];
/** ARNs of objects. */
const objects = ({ partition, place }, patterns) => patterns.map((pattern) => `${(0, exports.bucketArn)(partition, place.bucket)}/${pattern}`);
exports.objects = objects;
const bucketArn = (partition, bucket) => `arn:${partition}:s3:::${bucket}`;
exports.bucketArn = bucketArn;
/** Everything of these models under the LOB's folder. */
const modelKeys = ({ place }, models) => models === undefined ? [`${(0, layout_1.lobPrefix)(place)}*`] : models.map((model) => `${folderOf(place, model)}*`);
exports.modelKeys = modelKeys;
/** The uploads of these models that are on their way. */
const stagingKeys = ({ place }, models) => models === undefined ? [`${(0, layout_1.stagingPrefix)(place.lob)}*`] : models.map((model) => `${(0, layout_1.stagingPrefix)(place.lob)}${model}/*`);
exports.stagingKeys = stagingKeys;
const latestKeys = ({ place }, models) => each(models).map((model) => (0, layout_1.versionKey)(place, model, layout_1.LATEST));
exports.latestKeys = latestKeys;
/** The files of an alias, or of all, and their history. */
const aliasKeys = ({ place }, models, alias = ANY) => each(models).flatMap((model) => [(0, layout_1.aliasKey)(place, model, alias), anyLast((0, layout_1.historyKey)(place, model, alias, 1))]);
exports.aliasKeys = aliasKeys;
/** Rows that belong to the LOB, its own among them, by the hash keys of both tables. */
const lobRows = ({ place }) => [
    (0, layout_1.lobNamespace)(place.lob),
    (0, layout_1.modelNamespace)(place.lob, ANY),
    (0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.lobPrefix)(place)}*`),
    (0, layout_1.digestUrl)(place.lob, ANY, ANY),
    (0, layout_1.keyUrl)(place.lob, ANY, ANY),
    anyLast((0, layout_1.moveUrl)(place.lob, ANY, ANY, 1)),
];
exports.lobRows = lobRows;
/** Rows that publishing one of these models writes. The LOB's own row is not among them. */
const modelRows = ({ place }, models) => models === undefined
    ? [
        (0, layout_1.modelNamespace)(place.lob, ANY),
        (0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.lobPrefix)(place)}*`),
        (0, layout_1.digestUrl)(place.lob, ANY, ANY),
        (0, layout_1.keyUrl)(place.lob, ANY, ANY),
        anyLast((0, layout_1.moveUrl)(place.lob, ANY, ANY, 1)),
    ]
    : models.flatMap((model) => [
        (0, layout_1.modelNamespace)(place.lob, model),
        (0, layout_1.aliasNamespace)(place.lob, model, ANY),
        (0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.versionsPrefix)(place, model)}*`),
        (0, layout_1.digestUrl)(place.lob, model, ANY),
        (0, layout_1.keyUrl)(place.lob, model, ANY),
        anyLast((0, layout_1.moveUrl)(place.lob, model, ANY, 1)),
    ]);
exports.modelRows = modelRows;
/** Rows of an alias, or of all, and of its moves. */
const aliasRows = ({ place }, models, alias = ANY) => each(models).flatMap((model) => [(0, layout_1.aliasNamespace)(place.lob, model, alias), anyLast((0, layout_1.moveUrl)(place.lob, model, alias, 1))]);
exports.aliasRows = aliasRows;
/** Rows of versions. */
const versionRows = ({ place }, models) => models === undefined
    ? [(0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.lobPrefix)(place)}*`)]
    : models.map((model) => (0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.versionsPrefix)(place, model)}*`));
exports.versionRows = versionRows;
/** What the indexes of both tables have as hash keys for the LOB. */
const indexedBy = ({ place }) => [
    ...new Set([(0, layout_1.pendingOf)(place.lob), (0, layout_1.lobNamespace)(place.lob), (0, layout_1.versionsOf)(place.lob, ANY), (0, layout_1.historyOf)(place.lob, ANY)]),
];
exports.indexedBy = indexedBy;
/** Folder of a model, with its slash at the end. */
const folderOf = (place, model) => (0, layout_1.versionsPrefix)(place, model).replace(/[^/]+\/$/, "");
/** A name whose last part may be anything. */
const anyLast = (name) => name.replace(/[^/]*$/, ANY);
