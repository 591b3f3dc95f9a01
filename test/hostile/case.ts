/** What a case of the table is. */

/** Contents by path. Large ones are generated when they are written. A link points outside the model. */
export type Files = Readonly<Record<string, string | Buffer | (() => string | Buffer) | { readonly link: string }>>;

export interface Case {
  readonly name: string;
  readonly files: Files;
  /** The version before it; one text file where it does not matter. */
  readonly before?: Files;
  /** Expected result; anything else fails. */
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
