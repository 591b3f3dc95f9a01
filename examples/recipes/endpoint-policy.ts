/**
 * Policies of VPC endpoints that let through what clients of lob-registry send, and nothing else: even with stolen credentials, nobody copies a
 * model through the endpoint into a foreign bucket.
 */

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string[];
  Resource?: string[];
  Condition?: unknown;
}

/**
 * Returns the policy of the gateway endpoint for one service.
 *
 * @param service `s3` or `dynamodb`
 * @param policies outputs `publisherPolicy`, `promoterPolicy` and `readerPolicy` of every LOB that is used through the endpoint, as far as needed
 */
export function endpointPolicy(service: "s3" | "dynamodb", policies: readonly string[]): string {
  const statements = policies.flatMap((text) => (JSON.parse(text) as { Statement: Statement[] }).Statement);
  // An endpoint needs no Deny: whoever may not move a protected alias is refused by its own role.
  const allowed = statements.filter(
    ({ Effect, Action }) => Effect === "Allow" && Action.every((action) => action.startsWith(`${service}:`)),
  );
  const distinct = new Map(allowed.map(({ Sid: _, ...statement }) => [JSON.stringify(statement), statement]));
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [...distinct.values()].map((statement) => ({ ...statement, Principal: "*" })),
  });
}
