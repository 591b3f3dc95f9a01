/**
 * Maps the values of a source with up to `width` calls in parallel, and yields the results in the order of the source.
 * A failure is thrown when its turn comes. If the consumer stops early, closes the source and waits for running calls.
 *
 * (Node's `Readable.map` does the same, but is still experimental.)
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  work: (value: T) => Promise<R>,
  width: number,
): AsyncGenerator<R, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const pending: Promise<R>[] = [];
  let done = false;
  try {
    for (;;) {
      while (!done && pending.length < width) {
        const next = await iterator.next();
        if (next.done === true) {
          done = true;
          break;
        }
        const started = work(next.value);
        started.catch(() => undefined); // Thrown below at its turn; until then it is not unhandled.
        pending.push(started);
      }
      const first = pending.shift();
      if (first === undefined) return;
      yield await first;
    }
  } finally {
    await Promise.allSettled(pending);
    if (!done) await iterator.return?.();
  }
}
