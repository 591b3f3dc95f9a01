"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.modelsIndexedBy = exports.indexedBy = exports.versionRows = exports.aliasRows = exports.modelRows = exports.lobRows = exports.lobRow = exports.aliasKeys = exports.latestKeys = exports.stagingKeys = exports.modelKeys = exports.bucketArn = exports.objects = void 0;
const layout_1 = require("../generated/layout");
// The functions of the layout that build names also build IAM patterns, with "*" for a part. This is safe because no name contains "*" or
// "?", and because "/" ends the name of a LOB, so that `fraud/*` does not match `fraud-dev/…`.
const ANY = "*";
const each = (models) => models ?? [ANY];
/** Returns ARN patterns of objects. */
const objects = ({ partition, place }, patterns) => patterns.map((pattern) => `${(0, exports.bucketArn)(partition, place.bucket)}/${pattern}`);
exports.objects = objects;
const bucketArn = (partition, bucket) => `arn:${partition}:s3:::${bucket}`;
exports.bucketArn = bucketArn;
/** Returns key patterns of all objects of these models. */
const modelKeys = ({ place }, models) => models === undefined ? [`${(0, layout_1.lobPrefix)(place)}*`] : models.map((model) => `${folderOf(place, model)}*`);
exports.modelKeys = modelKeys;
/** Returns key patterns of unfinished uploads of these models. */
const stagingKeys = ({ place }, models) => models === undefined ? [`${(0, layout_1.stagingPrefix)(place.lob)}*`] : models.map((model) => `${(0, layout_1.stagingPrefix)(place.lob)}${model}/*`);
exports.stagingKeys = stagingKeys;
const latestKeys = ({ place }, models) => each(models).map((model) => (0, layout_1.versionKey)(place, model, layout_1.LATEST));
exports.latestKeys = latestKeys;
/** Returns key patterns of the files and the history of one alias, or of all. */
const aliasKeys = ({ place }, models, alias = ANY) => each(models).flatMap((model) => [(0, layout_1.aliasKey)(place, model, alias), anyLast((0, layout_1.historyKey)(place, model, alias, 1))]);
exports.aliasKeys = aliasKeys;
/** Returns the hash key of the LOB's own row, by which clients find everything else. */
const lobRow = ({ place }) => [(0, layout_1.lobNamespace)(place.lob)];
exports.lobRow = lobRow;
/** Returns hash key patterns, for both tables, of all rows of the LOB, including the LOB's own row. */
const lobRows = ({ place }) => [
    (0, layout_1.lobNamespace)(place.lob),
    (0, layout_1.modelNamespace)(place.lob, ANY),
    (0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.lobPrefix)(place)}*`),
    (0, layout_1.digestUrl)(place.lob, ANY, ANY),
    (0, layout_1.keyUrl)(place.lob, ANY, ANY),
    anyLast((0, layout_1.moveUrl)(place.lob, ANY, ANY, 1)),
];
exports.lobRows = lobRows;
/** Returns hash key patterns of the rows that publishing one of these models writes. The LOB's own row does not match. */
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
/** Returns hash key patterns of the rows and the moves of one alias, or of all. */
const aliasRows = ({ place }, models, alias = ANY) => each(models).flatMap((model) => [(0, layout_1.aliasNamespace)(place.lob, model, alias), anyLast((0, layout_1.moveUrl)(place.lob, model, alias, 1))]);
exports.aliasRows = aliasRows;
/** Returns hash key patterns of rows of versions. */
const versionRows = ({ place }, models) => models === undefined
    ? [(0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.lobPrefix)(place)}*`)]
    : models.map((model) => (0, layout_1.s3Uri)(place.bucket, `${(0, layout_1.versionsPrefix)(place, model)}*`));
exports.versionRows = versionRows;
/** Returns patterns of the LOB's hash keys in the indexes of both tables. */
const indexedBy = ({ place }) => [
    ...new Set([(0, layout_1.pendingOf)(place.lob), (0, layout_1.lobNamespace)(place.lob), (0, layout_1.versionsOf)(place.lob, ANY), (0, layout_1.historyOf)(place.lob, ANY)]),
];
exports.indexedBy = indexedBy;
/** Returns patterns of the hash keys of these models in the indexes of the registry: lists of their versions and of the moves of their aliases. */
const modelsIndexedBy = ({ place }, models) => [
    ...new Set(models.flatMap((model) => [(0, layout_1.versionsOf)(place.lob, model), (0, layout_1.historyOf)(place.lob, model)])),
];
exports.modelsIndexedBy = modelsIndexedBy;
/** Returns the folder of a model, with a slash at the end. */
const folderOf = (place, model) => (0, layout_1.versionsPrefix)(place, model).replace(/[^/]+\/$/, "");
/** Replaces the last part of a name with a wildcard. */
const anyLast = (name) => name.replace(/[^/]*$/, ANY);
