import type { Aws } from "../types.js";
import { nameOf } from "./explain.js";

interface Metadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
  readonly extendedRequestId?: string;
}

/** Fields of an SDK answer or error that are read. */
interface SdkAnswer {
  readonly $metadata?: Metadata;
  /** Code of a network error, e.g. ECONNRESET. */
  readonly code?: string;
}

type Middleware = (
  next: (args: unknown) => Promise<{ output: SdkAnswer }>,
  context: { readonly clientName?: string; readonly commandName?: string },
) => (args: unknown) => Promise<{ output: SdkAnswer }>;

/**
 * Logs each request to S3 and DynamoDB, including retries of the SDK: `S3Client HeadObjectCommand: 200, 12 ms, request id …`. AWS support
 * asks for the ids. Logs nothing else of a request, because its headers contain the signature.
 *
 * @param print prints one line
 * @param now milliseconds of a monotonic clock
 */
export function traceRequests(aws: Aws, print: (line: string) => void, now: () => number = () => performance.now()): void {
  const middleware: Middleware = (next, context) => {
    let attempt = 0;
    return async (args) => {
      const started = now();
      const again = ++attempt > 1 ? `, attempt ${attempt}` : "";
      const report = (name: string | undefined, { httpStatusCode, requestId, extendedRequestId }: Metadata = {}): void => {
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
        report(undefined, result.output.$metadata);
        return result;
      } catch (error) {
        const { code, $metadata } = (error ?? {}) as SdkAnswer;
        report($metadata?.httpStatusCode === undefined ? (code ?? nameOf(error)) : nameOf(error), $metadata);
        throw error;
      }
    };
  };
  for (const client of [aws.s3, aws.dynamodb]) {
    // The two clients' stacks differ only in their input and output types, which are not read here.
    const stack = client.middlewareStack as unknown as {
      add(middleware: Middleware, options: { step: "finalizeRequest"; priority: "low"; name: string }): void;
    };
    // Added below the SDK's retries, so that it sees each attempt.
    stack.add(middleware, { step: "finalizeRequest", priority: "low", name: "traceRequests" });
  }
}
