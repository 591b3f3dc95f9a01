import * as pulumi from "@pulumi/pulumi";

// An error in an output of one child would leave that child's own outputs pending, and the program waiting for them. So nothing that can refuse
// the arguments happens after the first child: all children wait, and fail together.

const GATES = new WeakMap<pulumi.Resource, Gate>();

/** Holds back the children of a component until its arguments are found to be right. */
export class Gate {
  readonly #conditions: Promise<unknown>[] = [];
  /** Resolves to no resources, for `dependsOn`; rejects with the first error of a condition. */
  readonly #opened: Promise<never[]>;

  constructor(component: pulumi.ComponentResource) {
    // Runs after the constructor of the component, which adds the conditions.
    this.#opened = Promise.resolve()
      .then(() => Promise.all(this.#conditions))
      .then(() => []);
    GATES.set(component, this);
  }

  /** Adds a condition. It must not wait for a child. */
  require(condition: Promise<unknown>): void {
    this.#conditions.push(condition);
  }

  /** Returns outputs that fail if the gate stays closed, while those of the children would stay pending. */
  behind<Outputs extends Record<string, pulumi.Output<unknown>>>(outputs: Outputs): Outputs {
    const opened = pulumi.output(this.#opened);
    const entries = Object.entries(outputs).map(
      ([name, output]) => [name, pulumi.all([output, opened]).apply(([value]) => value)] as const,
    );
    return Object.fromEntries(entries) as Outputs;
  }

  /** Returns options of a child that waits at the gate. */
  waiting(options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    const dependsOn = this.#opened.then(() => options.dependsOn ?? []) as Promise<pulumi.Input<pulumi.Resource>[]>;
    return { ...options, dependsOn };
  }
}

/** Returns the options of a child, which waits if its parent has a gate. */
export const gated = (options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions =>
  (options.parent && GATES.get(options.parent)?.waiting(options)) ?? options;
