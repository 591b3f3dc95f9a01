import { Pool } from "./pool.js";

/** Returns the results of `each` for all items, in order. Runs at most `limit` at once. @throws the first error of `each` */
export async function mapPooled<T, R>(items: Iterable<T>, limit: number, each: (item: T) => Promise<R>): Promise<R[]> {
  const pool = new Pool(limit);
  const results: R[] = [];
  let index = 0;
  for (const item of items) {
    const place = index++;
    await pool.add(async () => {
      results[place] = await each(item);
    });
  }
  await pool.drain();
  return results;
}
