/** A policy of IAM or of a bucket. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  /** In policies of a bucket and in trust policies. */
  Principal?: "*" | Record<string, string | string[]>;
  Action: string[];
  /** In all policies but trust policies. */
  Resource?: string[];
  NotResource?: string[];
  Condition?: Conditions;
}

/** Values by key by operator. */
export type Conditions = Record<string, Record<string, string | string[]>>;

/** What AWS allows a policy to have, in characters. */
export const LIMITS = {
  /** All inline policies of a role together. */
  inline: 10_240,
  /** Unless a higher quota was asked for. */
  trust: 2048,
  bucket: 20_480,
} as const;

export const policy = (statements: Statement[]): PolicyDocument => ({ Version: "2012-10-17", Statement: statements });

/** The text of a policy, as short as it can be: AWS counts characters, of a bucket's policy white space too. */
export const render = (document: PolicyDocument): string => JSON.stringify(document);

/** What is wrong with the size of a policy, or undefined when AWS takes it. */
export function sizeProblem(text: string, limit: number): string | undefined {
  const size = Buffer.byteLength(text);
  return size <= limit ? undefined : `${size.toLocaleString("en-US")} characters, and AWS allows ${limit.toLocaleString("en-US")}`;
}
