import { numberKeyPatterns, type Place } from "../generated/layout";

/** Event pattern of Amazon EventBridge. */
export interface EventPattern {
  source: string[];
  "detail-type": string[];
  detail: { bucket: { name: string[] }; object: { key: { wildcard: string }[] } };
}

/**
 * Returns the pattern that matches the event of S3 for each published version of a LOB, and nothing else: the creation of a numbered object,
 * which happens once. The keys are those of the bucket's policy; EventBridge has no `?`, so `*` stands for the digits before the last one.
 */
export function publishedPattern(place: Place): EventPattern {
  const key = numberKeyPatterns(place).map((pattern) => ({ wildcard: pattern.replace(/\*_\?+/, "*") }));
  return { source: ["aws.s3"], "detail-type": ["Object Created"], detail: { bucket: { name: [place.bucket] }, object: { key } } };
}
