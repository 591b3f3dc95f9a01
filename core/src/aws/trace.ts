import type { Aws } from "../types.js";

/** What is looked at in an answer or an error of the SDK. */
interface Answer {
  readonly name?: string;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
    readonly attempts?: number;
  };
}

type Middleware = (
  next: (args: unknown) => Promise<{ output: Answer }>,
  context: { readonly clientName?: string; readonly commandName?: string },
) => (args: unknown) => Promise<{ output: Answer }>;

/**
 * Tells of each request to AWS, for a log: `S3Client HeadObjectCommand: 200, 12 ms, request id …`. AWS support asks for the ids.
 *
 * @param print takes one line.
 * @param now milliseconds of a clock that does not go back.
 */
export function traceRequests(aws: Aws, print: (line: string) => void, now: () => number = () => performance.now()): void {
  const middleware: Middleware = (next, context) => async (args) => {
    const started = now();
    const tell = ({ name, $metadata = {} }: Answer): void => {
      const { httpStatusCode, requestId, extendedRequestId, attempts = 1 } = $metadata;
      const parts = [
        [httpStatusCode, name].filter((part) => part !== undefined).join(" ") || "no answer",
        `${Math.round(now() - started)} ms`,
        ...(attempts > 1 ? [`${attempts} attempts`] : []),
        ...(requestId === undefined ? [] : [`request id ${requestId}`]),
        ...(extendedRequestId === undefined ? [] : [`extended request id ${extendedRequestId}`]),
      ];
      print(`${context.clientName ?? "AWS"} ${context.commandName ?? "request"}: ${parts.join(", ")}`);
    };
    try {
      const result = await next(args);
      tell(result.output);
      return result;
    } catch (error) {
      tell(error ?? {});
      throw error;
    }
  };
  for (const client of [aws.s3, aws.dynamodb]) {
    // The two clients' stacks differ in their types of input and output, which are not looked at here.
    const stack = client.middlewareStack as unknown as { add(middleware: Middleware, options: { step: "initialize"; name: string }): void };
    stack.add(middleware, { step: "initialize", name: "traceRequests" });
  }
}
