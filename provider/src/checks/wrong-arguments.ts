import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./problem";

/**
 * All wrong arguments of one resource in one error. An engine that hosts the component for another language lists them by itself, from
 * `errors`. A program in Node prints no more than the stack, so they are listed there too, below the message.
 */
export function wrongArguments(component: string, resourceName: string, problems: Problem[]): Error {
  const count = problems.length === 1 ? "a wrong argument" : `${String(problems.length)} wrong arguments`;
  const message = `${component} ${JSON.stringify(resourceName)} has ${count}`;
  const error = new pulumi.InputPropertiesError({ message, errors: problems });

  const list = problems.map(({ propertyPath, reason }) => `\n  ${propertyPath}: ${reason}`).join("");
  error.stack = (error.stack ?? message).replace(message, () => message + list);
  return error;
}
