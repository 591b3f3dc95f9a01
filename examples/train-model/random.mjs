// A seeded generator of random numbers: the same seed gives the same numbers on every machine.

/**
 * Mulberry32.
 *
 * @param {number} seed an integer
 * @returns {() => number} each call gives a number from 0 to below 1
 */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A number of the normal distribution with mean 0 and deviation 1 (Box and Muller).
 *
 * @param {() => number} random
 */
export function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
