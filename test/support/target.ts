/** Target of a test of the product: the sandbox, or an AWS account (test/e2e-aws). */
import type { Sandbox } from "../sandbox/server.ts";

export type Target = Pick<Sandbox, "accountId" | "region" | "env" | "python">;
