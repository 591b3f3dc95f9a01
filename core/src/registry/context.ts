/** Context that all writers of the registry share. */
import type { Environment } from "../environment.js";
import type { Aws, Lob } from "../types.js";

/** Steps that are logged: those of the publish protocol and of a migration. */
export type LogStep = "look" | "stage" | "reserve" | "create" | "commit" | "advance" | "clean" | "retry" | "help" | "join" | "migrate";

export interface LogLine {
  readonly step: LogStep;
  readonly message: string;
}

export interface RegistryContext {
  readonly aws: Aws;
  readonly lob: Lob;
  readonly environment: Environment;
  readonly onLog?: ((line: LogLine) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ModelContext extends RegistryContext {
  readonly model: string;
}

export function log(context: Pick<RegistryContext, "onLog">, step: LogStep, message: string): void {
  context.onLog?.({ step, message });
}
