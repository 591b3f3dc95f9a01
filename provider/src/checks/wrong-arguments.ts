import * as pulumi from "@pulumi/pulumi";
import type { ArgumentProblem } from "./problem";

/**
 * Returns one error for all wrong arguments of a resource. An engine that hosts the component for another language lists them from `errors`.
 * A program in Node prints only the stack, so the stack also lists them, below the message.
 */
export function wrongArguments(component: string, resourceName: string, problems: ArgumentProblem[]): Error {
  const count = problems.length === 1 ? "a wrong argument" : `${String(problems.length)} wrong arguments`;
  const message = `${component} ${JSON.stringify(resourceName)} has ${count}`;
  const error = new pulumi.InputPropertiesError({ message, errors: problems });

  const list = problems.map(({ propertyPath, reason }) => `\n  ${propertyPath}: ${reason}`).join("");
  error.stack = (error.stack ?? message).replace(message, () => message + list);
  return error;
}
