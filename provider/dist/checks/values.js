"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.tagProblems = tagProblems;
exports.textProblem = textProblem;
exports.bucketNameProblem = bucketNameProblem;
exports.tableNameProblem = tableNameProblem;
exports.kmsKeyProblem = kmsKeyProblem;
exports.principalProblem = principalProblem;
exports.accountProblem = accountProblem;
exports.regionProblem = regionProblem;
exports.statementProblem = statementProblem;
exports.daysProblem = daysProblem;
exports.wholeNumberProblem = wholeNumberProblem;
exports.switchProblem = switchProblem;
const problem_1 = require("./problem");
// Checks of single values, for both components.
const NAMED_PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/(?=.*[A-Za-z0-9])[A-Za-z0-9+=,.@_/*?-]{1,512}$/;
const ROOT_PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:root$/;
const KMS_KEY = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,128}$/;
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const BUCKET_NAME = /^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;
const RESERVED_BUCKET_NAME = /^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$|^\d+\.\d+\.\d+\.\d+$/;
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
function tagProblems(value, path) {
    if (value === problem_1.LATER)
        return [];
    if (!(0, problem_1.isObject)(value))
        return [{ propertyPath: path, reason: `must be a map from tag names to strings; got ${(0, problem_1.show)(value)}` }];
    const entries = Object.entries(value);
    const tooMany = entries.length > 50 ? [{ propertyPath: path, reason: `AWS allows 50 tags; got ${String(entries.length)}` }] : [];
    return [...tooMany, ...entries.flatMap(([key, text]) => (0, problem_1.one)((known) => tagProblem(key, known))(text, `${path}[${JSON.stringify(key)}]`))];
}
function tagProblem(key, value) {
    if (key.length < 1 || key.length > 128 || !TAG_TEXT.test(key) || /^aws:/i.test(key)) {
        return `a tag key must be 1 to 128 letters, digits, spaces and "_.:/=+-@", and must not begin with "aws:"`;
    }
    return typeof value === "string" && value.length <= 256 && TAG_TEXT.test(value)
        ? undefined
        : `a tag value must be at most 256 letters, digits, spaces and "_.:/=+-@"; got ${(0, problem_1.show)(value)}`;
}
function textProblem(longest) {
    return (value) => typeof value === "string" && value.trim() !== "" && value.length <= longest
        ? undefined
        : `must be a string of 1 to ${String(longest)} characters; got ${(0, problem_1.show)(value)}`;
}
function bucketNameProblem(value) {
    return typeof value === "string" && BUCKET_NAME.test(value) && !RESERVED_BUCKET_NAME.test(value)
        ? undefined
        : `a bucket name must be 3 to 63 lower-case letters, digits, "-" and "." (see the S3 bucket naming rules); got ${(0, problem_1.show)(value)}`;
}
function tableNameProblem(value) {
    return typeof value === "string" && TABLE_NAME.test(value)
        ? undefined
        : `a table name must be 3 to 255 letters, digits, "_", "-" and "."; got ${(0, problem_1.show)(value)}`;
}
function kmsKeyProblem(value) {
    return typeof value === "string" && KMS_KEY.test(value)
        ? undefined
        : `must be the ARN of a KMS key, e.g. arn:aws:kms:eu-west-1:111122223333:key/1234abcd-… (not an alias, not only the id); got ${(0, problem_1.show)(value)}`;
}
/** Checks a principal that a policy exempts; may be a pattern. */
function principalProblem(value) {
    return typeof value === "string" && (NAMED_PRINCIPAL.test(value) || ROOT_PRINCIPAL.test(value))
        ? undefined
        : `must be the ARN of an IAM role or user, e.g. arn:aws:iam::111122223333:role/purge; its name may contain "*" and "?", but not only those; got ${(0, problem_1.show)(value)}`;
}
function accountProblem(value) {
    return typeof value === "string" && ACCOUNT.test(value)
        ? undefined
        : `must be the id of an AWS account, a string of 12 digits; got ${(0, problem_1.show)(value)}`;
}
function regionProblem(value) {
    return typeof value === "string" && REGION.test(value) ? undefined : `must be an AWS region, e.g. "eu-west-1"; got ${(0, problem_1.show)(value)}`;
}
/** Checks the text of a policy statement. AWS checks its details. */
function statementProblem(value) {
    let statement;
    try {
        statement = typeof value === "string" ? JSON.parse(value) : undefined;
    }
    catch {
        statement = undefined;
    }
    if (!(0, problem_1.isObject)(statement) || (statement["Effect"] !== "Allow" && statement["Effect"] !== "Deny")) {
        return `must be one statement of a bucket policy, a JSON object as text with Effect Allow or Deny; got ${(0, problem_1.show)(value)}`;
    }
    return undefined;
}
function daysProblem(least) {
    return wholeNumberProblem("a whole number of days", least, 36_500);
}
function wholeNumberProblem(what, least, most) {
    const range = `${least.toLocaleString("en-US")} to ${most.toLocaleString("en-US")}`;
    return (value) => typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
        ? undefined
        : `must be ${what} from ${range}; got ${(0, problem_1.show)(value)}`;
}
function switchProblem(value) {
    return typeof value === "boolean" ? undefined : `must be true or false, and known when the program runs; got ${(0, problem_1.show)(value)}`;
}
