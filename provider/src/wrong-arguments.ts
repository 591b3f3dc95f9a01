import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./checks";

/**
 * All wrong arguments of one resource in one error. The message lists them, because a program of plain Node and the Automation API print
 * nothing else; an engine that hosts the component for another language has them as data too.
 */
export function wrongArguments(resourceName: string, problems: Problem[]): Error {
  const count = problems.length === 1 ? "a wrong argument" : `${String(problems.length)} wrong arguments`;
  const lines = problems.map(({ propertyPath, reason }) => `  ${propertyPath}: ${reason}`);
  return new pulumi.InputPropertiesError({
    message: [`LineOfBusiness ${JSON.stringify(resourceName)} has ${count}:`, ...lines].join("\n"),
    errors: problems,
  });
}
