import * as pulumi from "@pulumi/pulumi";
import { isHosted } from "../deployment";
import type { ArgumentProblem } from "./problem";

/** Wrong arguments of a resource. */
class WrongArguments extends pulumi.InputPropertiesError {
  /** Marks a `RunError`, whose message Pulumi prints without a stack. */
  readonly __pulumiRunError = true;

  constructor(title: string, list: string, errors: ArgumentProblem[]) {
    // The engine lists `errors` below the message of a hosted component.
    const message = isHosted() ? title : title + list;
    super({ message, errors });
    // Pulumi would put "error serializing property …" before the message for each resource that the error passes.
    Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
    // A host prints the stack, whose frames say nothing about the program.
    this.stack = title + list;
  }
}

/** Returns one error for all wrong arguments of a resource, with a line for each. */
export function wrongArguments(component: string, resourceName: string, problems: ArgumentProblem[]): Error {
  const [first, ...others] = problems.map(({ propertyPath, reason }) => `${propertyPath}: ${reason}`);
  const title = `${component} ${JSON.stringify(resourceName)} has ${others.length === 0 ? "a wrong argument" : `${String(problems.length)} wrong arguments`}`;
  const list = others.length === 0 ? `: ${first}` : [first, ...others].map((line) => `\n  ${line}`).join("");
  return new WrongArguments(title, list, problems);
}
