"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.LATER = void 0;
exports.problemsOf = problemsOf;
exports.allProblems = allProblems;
const layout_1 = require("./generated/layout");
/** Stands for a value that is not known yet; checks pass it over. They run again when it is known. */
exports.LATER = Symbol("later");
const NAMED_PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/(?=.*[A-Za-z0-9])[A-Za-z0-9+=,.@_/*?-]{1,512}$/;
const ROOT_PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:root$/;
const KMS_KEY = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/;
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const BUCKET_NAME = /^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;
const RESERVED_BUCKET_NAME = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|^\d+\.\d+\.\d+\.\d+$/;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
/** One rule for each argument; the type sees to it that none is forgotten. */
const RULES = {
    lob: one(layout_1.lobProblem),
    description: one(textProblem(1000)),
    owner: one(textProblem(256)),
    bucketName: one(bucketNameProblem),
    catalogTableName: one(tableNameProblem),
    registryTableName: one(tableNameProblem),
    prefix: one(layout_1.prefixProblem),
    suffix: one(layout_1.suffixProblem),
    tags: tagProblems,
    protectedAliases: list(layout_1.aliasProblem),
    kmsKeyArn: one(kmsKeyProblem),
    pythonWriters: one(switchProblem),
    retentionPrincipals: list(principalProblem),
    administrators: list(principalProblem),
    stagingDays: one(daysProblem(1)),
    incompleteUploadDays: one(daysProblem(1)),
    noncurrentLatestDays: one(daysProblem(1)),
    noncurrentDays: one(daysProblem(0)),
    pointInTimeRecovery: one(switchProblem),
    deletionProtection: one(switchProblem),
    protect: one(switchProblem),
    retainOnDelete: one(switchProblem),
    forceDestroy: one(switchProblem),
};
/** The problems of one argument. Missing (undefined or null) is fine: everything has a default. */
function problemsOf(argument, value) {
    return value === undefined || value === null ? [] : RULES[argument](value, argument);
}
/** All that is wrong with the arguments, as far as they are known now. */
function allProblems(resourceName, args) {
    const problems = Object.keys(args).flatMap((name) => (isArgument(name) ? problemsOf(name, args[name]) : [unknownArgument(name)]));
    if ((args.lob ?? undefined) === undefined) {
        const problem = (0, layout_1.lobProblem)(resourceName);
        if (problem)
            problems.push({ propertyPath: "lob", reason: `the resource's name is the LOB's name when lob is left out, and ${problem}; set lob` });
    }
    const { catalogTableName, registryTableName } = args;
    if (typeof catalogTableName === "string" && catalogTableName === registryTableName) {
        problems.push({ propertyPath: "registryTableName", reason: "catalog and registry are two tables; give this one another name" });
    }
    return problems;
}
function isArgument(name) {
    return Object.prototype.hasOwnProperty.call(RULES, name);
}
function unknownArgument(name) {
    return { propertyPath: name, reason: `there is no such argument; there are: ${Object.keys(RULES).join(", ")}` };
}
function one(check) {
    return (value, path) => {
        const problem = value === exports.LATER ? undefined : check(value);
        return problem === undefined ? [] : [{ propertyPath: path, reason: problem }];
    };
}
function list(check) {
    return (value, path) => {
        if (value === exports.LATER)
            return [];
        if (!Array.isArray(value))
            return [{ propertyPath: path, reason: `this is a list; got ${show(value)}` }];
        return value.flatMap((item, index) => {
            const twice = item !== exports.LATER && value.indexOf(item) < index ? `${show(item)} is in the list twice; leave one out` : undefined;
            return one((known) => check(known) ?? twice)(item, `${path}[${String(index)}]`);
        });
    };
}
function tagProblems(value, path) {
    if (value === exports.LATER)
        return [];
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return [{ propertyPath: path, reason: `these are keys with texts; got ${show(value)}` }];
    }
    const entries = Object.entries(value);
    const tooMany = entries.length > 50 ? [{ propertyPath: path, reason: `AWS allows 50 tags; got ${String(entries.length)}` }] : [];
    return [...tooMany, ...entries.flatMap(([key, text]) => one((known) => tagProblem(key, known))(text, `${path}[${JSON.stringify(key)}]`))];
}
function tagProblem(key, value) {
    if (key.length < 1 || key.length > 128 || !TAG_TEXT.test(key) || /^aws:/i.test(key)) {
        return `a tag's key is 1 to 128 letters, digits, spaces and "_.:/=+-@", and does not begin with "aws:"`;
    }
    return typeof value === "string" && value.length <= 256 && TAG_TEXT.test(value)
        ? undefined
        : `a tag's value is at most 256 letters, digits, spaces and "_.:/=+-@"; got ${show(value)}`;
}
function textProblem(longest) {
    return (value) => typeof value === "string" && value.trim() !== "" && value.length <= longest
        ? undefined
        : `this is a text of 1 to ${String(longest)} characters; got ${show(value)}`;
}
function bucketNameProblem(value) {
    return typeof value === "string" && BUCKET_NAME.test(value) && !RESERVED_BUCKET_NAME.test(value)
        ? undefined
        : `a bucket name is 3 to 63 lower-case letters, digits, "-" and "." (see the S3 bucket naming rules); got ${show(value)}`;
}
function tableNameProblem(value) {
    return typeof value === "string" && TABLE_NAME.test(value)
        ? undefined
        : `a table name is 3 to 255 letters, digits, "_", "-" and "."; got ${show(value)}`;
}
function kmsKeyProblem(value) {
    return typeof value === "string" && KMS_KEY.test(value)
        ? undefined
        : `this is the ARN of a KMS key, such as arn:aws:kms:eu-west-1:111122223333:key/1234abcd-… (not an alias, not a bare id); got ${show(value)}`;
}
function principalProblem(value) {
    return typeof value === "string" && (NAMED_PRINCIPAL.test(value) || ROOT_PRINCIPAL.test(value))
        ? undefined
        : `this is the ARN of an IAM role or user, such as arn:aws:iam::111122223333:role/purge; "*" and "?" may stand in its name, but not for all of it; got ${show(value)}`;
}
function daysProblem(least) {
    return (value) => typeof value === "number" && Number.isInteger(value) && value >= least && value <= 36_500
        ? undefined
        : `this is a whole number of days from ${String(least)} to 36,500; got ${show(value)}`;
}
function switchProblem(value) {
    return typeof value === "boolean" ? undefined : `this is true or false, known when the program runs; got ${show(value)}`;
}
/** A value as it was given, short and on one line; no more than its kind where it is not a plain one. */
function show(value) {
    switch (typeof value) {
        case "string":
            return value.length > 100 ? `${JSON.stringify(value.slice(0, 100))}…` : JSON.stringify(value);
        case "number":
        case "boolean":
            return String(value);
        default:
            return Array.isArray(value) ? "a list" : value === null ? "null" : `a value of type ${typeof value}`;
    }
}
