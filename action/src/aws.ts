/** AWS clients for an action. */
import { connect, defined, RELEASE, traceRequests, type Aws } from "lob-registry-core";
import * as core from "@actions/core";
import type { ActionStep } from "./start.js";

/**
 * Opens the clients. With debug logging they log each request. Sends no request yet.
 *
 * @param region AWS region; the environment's by default
 * @throws LobError LOB1002, LOB2002 as core's `connect`
 */
export async function openAws({ log, now }: Pick<ActionStep, "log" | "now">, region: string | undefined): Promise<Aws> {
  const aws = await connect(defined({ region, userAgent: `lob-registry-action/${RELEASE}` }));
  if (core.isDebug()) traceRequests(aws, (line) => log.debug(line), now);
  return aws;
}
