"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.lifecycleRules = lifecycleRules;
const layout_1 = require("../generated/layout");
/** What S3 clears away by itself. No rule expires an object under the prefix while it is the current one. */
function lifecycleRules({ prefix, suffix, lob }, days) {
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
        rule("delete-markers", {}, { expiration: { expiredObjectDeleteMarker: true } }),
    ];
}
function rule(id, filter, action) {
    return { id, status: "Enabled", filter, ...action };
}
