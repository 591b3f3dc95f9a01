/** Returns the name that is most similar to one that does not exist, if it is similar enough to be meant. Case does not count. */
export function nearest(wrong: string, names: readonly string[]): string | undefined {
  const distances = names.map((name) => ({ name, distance: distanceOf(wrong.toLowerCase(), name.toLowerCase()) }));
  distances.sort((one, other) => one.distance - other.distance);
  const [best] = distances;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.name.length / 4)) ? best.name : undefined;
}

/** Counts the characters to insert, delete or replace (Levenshtein). */
function distanceOf(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 0; row < one.length; row++) {
    const current = [row + 1];
    for (let column = 0; column < other.length; column++) {
      const replaced = previous[column]! + (one[row] === other[column] ? 0 : 1);
      current.push(Math.min(replaced, previous[column + 1]! + 1, current[column]! + 1));
    }
    previous = current;
  }
  return previous[other.length]!;
}
