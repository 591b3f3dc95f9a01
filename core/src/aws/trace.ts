import type { Aws } from "../types.js";
import { nameOf } from "./explain.js";

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
  readonly extendedRequestId?: string;
}

/** What is looked at in an answer or an error of the SDK. */
interface SdkAnswer {
  readonly $metadata?: Metadata;
  /** Of the network below it, such as ECONNRESET. */
  readonly code?: string;
}

type Middleware = (
  next: (args: unknown) => Promise<{ output: SdkAnswer }>,
  context: { readonly clientName?: string; readonly commandName?: string },
) => (args: unknown) => Promise<{ output: SdkAnswer }>;

/**
 * Tells of each request to S3 and DynamoDB, also of those that the SDK makes again, for a log:
 * `S3Client HeadObjectCommand: 200, 12 ms, request id …`. AWS support asks for the ids. Nothing else of a request is told: its headers
 * hold what signs it.
 *
 * @param print takes one line.
 * @param now milliseconds of a clock that does not go back.
 */
export function traceRequests(aws: Aws, print: (line: string) => void, now: () => number = () => performance.now()): void {
  const middleware: Middleware = (next, context) => {
    let attempt = 0;
    return async (args) => {
      const started = now();
      const again = ++attempt > 1 ? `, attempt ${attempt}` : "";
      const tell = (name: string | undefined, { httpStatusCode, requestId, extendedRequestId }: Metadata = {}): void => {
        const parts = [
          [httpStatusCode ?? "no answer", name].filter(Boolean).join(" "),
          `${Math.round(now() - started)} ms`,
          ...(requestId === undefined ? [] : [`request id ${requestId}`]),
          ...(extendedRequestId === undefined ? [] : [`extended request id ${extendedRequestId}`]),
        ];
        print(`${context.clientName ?? "AWS"} ${context.commandName ?? "request"}${again}: ${parts.join(", ")}`);
      };
      try {
        const result = await next(args);
        tell(undefined, result.output.$metadata);
        return result;
      } catch (error) {
        const { code, $metadata } = (error ?? {}) as SdkAnswer;
        tell($metadata?.httpStatusCode === undefined ? (code ?? nameOf(error)) : nameOf(error), $metadata);
        throw error;
      }
    };
  };
  for (const client of [aws.s3, aws.dynamodb]) {
    // The two clients' stacks differ in their types of input and output, which are not looked at here.
    const stack = client.middlewareStack as unknown as {
      add(middleware: Middleware, options: { step: "finalizeRequest"; priority: "low"; name: string }): void;
    };
    // Below what tries again, so that each attempt passes here.
    stack.add(middleware, { step: "finalizeRequest", priority: "low", name: "traceRequests" });
  }
}
