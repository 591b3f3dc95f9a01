/** What a case of the table is. */

/** By path. Large ones are made when they are written. A link points to what is not the model's. */
export type Files = Readonly<Record<string, string | Buffer | (() => string | Buffer) | { readonly link: string }>>;

export interface Case {
  readonly name: string;
  readonly files: Files;
  /** The version before it; one text file where it does not matter. */
  readonly before?: Files;
  /** What has to come of it: nothing else may. */
  readonly wants: Wants;
}

export interface Wants {
  /** Code of the error with which it is refused. */
  readonly refused?: string;
  /** Imports that are not known to be harmless, all of them. */
  readonly unknown?: readonly string[];
  /** Whether all code was followed, where there is code. */
  readonly whole?: boolean;
  /** A warning that there has to be; without, there may be none. */
  readonly warning?: RegExp;
  /** Tensors that the version has. */
  readonly tensors?: number;
  /** Names of the metrics that it has. */
  readonly metrics?: readonly string[];
}
