/** AWS requests in the log of a job that runs with debug logging on: name, answer, request id, time. AWS support asks for the ids. */
import type { Aws } from "lob-registry-core";

/**
 * @param print Takes one line.
 * @param now Milliseconds of a clock that does not go back.
 */
export function traceRequests(aws: Aws, print: (line: string) => void, now: () => number): void {
  for (const client of [aws.s3, aws.dynamodb]) {
    // The two clients' stacks differ in their types of input and output, which are not looked at here.
    const stack = client.middlewareStack as unknown as { add(middleware: Middleware, options: { step: "initialize"; name: string }): void };
    stack.add(
      (next, context) => async (args) => {
        const started = now();
        const tell = (answer: Answer): void => {
          const { httpStatusCode: status, requestId, extendedRequestId, attempts } = answer.$metadata ?? {};
          const parts = [
            `${context.clientName ?? "AWS"} ${context.commandName ?? "request"}`,
            `${Math.round(now() - started)} ms`,
            ...(answer.name === undefined ? [] : [answer.name]),
            ...(status === undefined ? [] : [`status ${status}`]),
            ...(requestId === undefined ? [] : [`request id ${requestId}`]),
            ...(extendedRequestId === undefined ? [] : [`extended request id ${extendedRequestId}`]),
            ...(attempts !== undefined && attempts > 1 ? [`${attempts} attempts`] : []),
          ];
          print(parts.join(", "));
        };
        try {
          const result = await next(args);
          tell(result.output);
          return result;
        } catch (error) {
          tell((error ?? {}) as Answer);
          throw error;
        }
      },
      { step: "initialize", name: "traceRequests" },
    );
  }
}

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
