/** Parses events about a LOB, as Amazon EventBridge delivers them. Pure. */
import { parseNumberKey } from "./layout.js";

/** A version was published. Its object is there and final; its row follows within moments. */
export interface PublishedEvent {
  readonly type: "published";
  /** EventBridge's id of the event. Events may arrive twice, with the same id or with another. */
  readonly id: string;
  /** Time of the publish, in ISO 8601. */
  readonly time: string;
  readonly lob: string;
  readonly model: string;
  readonly version: number;
  readonly bucket: string;
  readonly key: string;
}

/** More types may follow: ignore those that you do not know. */
export type RegistryEvent = PublishedEvent;

/**
 * Parses an event: S3's own, or the short form `{ type, id, time, bucket, key }` that rules send to targets.
 *
 * @returns undefined if it is not an event of a registry, e.g. one about LATEST or an upload in progress
 */
export function registryEvent(event: unknown): RegistryEvent | undefined {
  const { type, id, time, bucket, key } = short(event);
  if (type !== "published" || typeof id !== "string" || typeof time !== "string") return undefined;
  if (typeof bucket !== "string" || typeof key !== "string") return undefined;
  const number = parseNumberKey(key);
  return number && { type, id, time, ...number, bucket, key };
}

type Fields = Readonly<Record<string, unknown>>;

function short(event: unknown): Fields {
  const fields = fieldsOf(event);
  if (fields["source"] !== "aws.s3" || fields["detail-type"] !== "Object Created") return fields;
  const detail = fieldsOf(fields["detail"]);
  return {
    type: "published",
    id: fields["id"],
    time: fields["time"],
    bucket: fieldsOf(detail["bucket"])["name"],
    key: fieldsOf(detail["object"])["key"],
  };
}

const fieldsOf = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});
