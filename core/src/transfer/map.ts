import { Pool } from "./pool.js";

/** What `each` gives for every item, in their order, with at most `limit` under way. */
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
