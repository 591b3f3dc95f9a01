/**
 * One publisher of a race, in a separate process: reads the job, reports that it is ready, waits for the signal, publishes, prints the
 * result. All publishers of a race are ready before the first may start, so that their requests really overlap.
 */
import { createInterface } from "node:readline";
import { connect, publish } from "lob-registry-core";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => String((await lines.next()).value);
const job = JSON.parse(await next());
const aws = await connect();
process.stdout.write("ready\n");
await next();
try {
  const result = await publish(aws, job);
  process.stdout.write(`${JSON.stringify({ result })}\n`);
} catch (error) {
  const { code, message } = /** @type {{ code?: string, message: string }} */ (error);
  process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
}
process.exit();
