/** An IAM policy or a bucket policy. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  /** Only in bucket policies and trust policies. */
  Principal?: "*" | Record<string, string | string[]>;
  Action: string[];
  /** In all policies except trust policies. */
  Resource?: string[];
  NotResource?: string[];
  Condition?: Conditions;
}

/** Values by operator, then by condition key. */
export type Conditions = Record<string, Record<string, string | string[]>>;

/** Maximum size of each kind of policy, in characters (AWS quotas). */
export const LIMITS = {
  /** Total of all inline policies of a role. */
  inline: 10_240,
  /** Default quota; AWS raises it on request, up to the second. */
  trust: 2048,
  trustAtMost: 8192,
  bucket: 20_480,
} as const;

export const policy = (statements: Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement: statements });

/** Returns the shortest text of a policy. AWS counts characters, in a bucket's policy including white space. */
export const render = (document: PolicyDocument): string => JSON.stringify(document);

/** Describes by how much a policy is too long, or returns undefined if AWS accepts its size. */
export function sizeProblem(text: string, limit: number): string | undefined {
  const size = Buffer.byteLength(text);
  return size <= limit ? undefined : `${size.toLocaleString("en-US")} characters, but AWS allows ${limit.toLocaleString("en-US")}`;
}
