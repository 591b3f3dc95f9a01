/** AWS as an action uses it. */
import { connect, RELEASE, traceRequests, type Aws } from "lob-registry-core";
import * as core from "@actions/core";
import type { ActionStep } from "./start.js";

/**
 * The clients; with debug logging each request is told. Makes no request yet.
 *
 * @param region AWS region; by default the environment's
 * @throws LobError LOB1002, LOB2002 as core's `connect`
 */
export async function openAws({ log, now }: Pick<ActionStep, "log" | "now">, region: string | undefined): Promise<Aws> {
  const aws = await connect({ ...(region !== undefined && { region }), userAgent: `lob-registry-action/${RELEASE}` });
  if (core.isDebug()) traceRequests(aws, (line) => log.debug(line), now);
  return aws;
}
