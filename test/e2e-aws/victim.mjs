/**
 * A publisher that ends itself by SIGKILL as soon as its request of a given number was answered: on AWS no proxy can stand between, since
 * requests are signed for their host. Reads one job from standard input; prints the names of its requests when it comes to its end.
 */
import { readFileSync } from "node:fs";
import { connect, publish } from "lob-registry-core";

/** @type {{ options: import("lob-registry-core").PublishOptions, killAt?: number }} */
const { options, killAt } = JSON.parse(readFileSync(0, "utf8"));
const aws = await connect();
/** @type {string[]} */
const requests = [];
/**
 * @param {(args: unknown) => Promise<unknown>} next
 * @param {{ commandName?: string }} context
 */
const counting = (next, context) => async (/** @type {unknown} */ args) => {
  const number = requests.push(context.commandName ?? "request");
  try {
    return await next(args);
  } finally {
    if (number === killAt) process.kill(process.pid, "SIGKILL");
  }
};
for (const client of [aws.s3, aws.dynamodb]) {
  const stack = /** @type {{ add(middleware: typeof counting, options: object): void }} */ (
    /** @type {unknown} */ (client.middlewareStack)
  );
  // Below the retries, so that each attempt counts as a separate request.
  stack.add(counting, { step: "finalizeRequest", priority: "low", name: "counting" });
}
const result = await publish(aws, options);
process.stdout.write(JSON.stringify({ result, requests }));
process.exit();
