"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.publishedPattern = publishedPattern;
const layout_1 = require("../generated/layout");
/**
 * Returns the pattern that matches the event of S3 for each published version of a LOB, and nothing else: the creation of a numbered object,
 * which happens once. The keys are those of the bucket's policy; EventBridge has no `?`, so `*` stands for the digits before the last one.
 */
function publishedPattern(place) {
    const key = (0, layout_1.numberKeyPatterns)(place).map((pattern) => ({ wildcard: pattern.replace(/\*_\?+/, "*") }));
    return { source: ["aws.s3"], "detail-type": ["Object Created"], detail: { bucket: { name: [place.bucket] }, object: { key } } };
}
