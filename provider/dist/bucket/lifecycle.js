"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.lifecycleRules = lifecycleRules;
const layout_1 = require("../generated/layout");
/** Returns the rules by which S3 deletes leftovers. No rule expires the current version of an object under the prefix. */
function lifecycleRules({ prefix, suffix, lob }, days, oldVersions) {
    const models = lob === undefined ? `${prefix}/` : (0, layout_1.lobPrefix)({ prefix, suffix, lob });
    const uploads = lob === undefined ? `${layout_1.STAGING_PREFIX}/` : (0, layout_1.stagingPrefix)(lob);
    return [
        rule("staging", { prefix: uploads }, {
            expiration: { days: days.staging },
            // Publishing deletes its staging object, which leaves the bytes behind as a noncurrent version.
            noncurrentVersionExpiration: { noncurrentDays: 1 },
        }),
        rule("incomplete-uploads", {}, { abortIncompleteMultipartUpload: { daysAfterInitiation: days.incompleteUpload } }),
        rule("noncurrent-latest", { and: { prefix: models, tags: { [layout_1.LATEST_TAG.key]: layout_1.LATEST_TAG.value } } }, {
            noncurrentVersionExpiration: { noncurrentDays: days.noncurrentLatest },
        }),
        ...(days.noncurrent > 0
            ? [rule("noncurrent", { prefix: models }, { noncurrentVersionExpiration: { noncurrentDays: days.noncurrent } })]
            : []),
        ...(oldVersions ? [rule("old-versions", { prefix: models }, { transitions: [oldVersions] })] : []),
        rule("delete-markers", {}, { expiration: { expiredObjectDeleteMarker: true } }),
    ];
}
function rule(id, filter, action) {
    return { id, status: "Enabled", filter, ...action };
}
