// Made-up customers of a telephone company, some of whom leave.
import { generator, normal } from "./random.mjs";

/** Features of each customer, in this order. */
export const FEATURES = [
  "tenure_months",
  "monthly_charge",
  "support_calls",
  "late_payments",
  "usage_change",
  "contract_yearly",
  "contract_two_years",
];

/** @typedef {{ features: number[], left: 0 | 1 }} Customer */

/**
 * @param {number} count
 * @param {number} seed
 * @returns {Customer[]}
 */
export function makeCustomers(count, seed) {
  const random = generator(seed);
  return Array.from({ length: count }, () => makeCustomer(random));
}

/**
 * @param {() => number} random
 * @returns {Customer}
 */
function makeCustomer(random) {
  const tenure = Math.floor(72 * random() ** 1.5);
  const charge = Math.max(15, 65 + 25 * normal(random));
  const calls = countOf(random, 1.2);
  const late = countOf(random, 0.6);
  const change = normal(random) * 0.4;
  const contract = random();
  const yearly = contract >= 0.55 && contract < 0.8 ? 1 : 0;
  const twoYears = contract >= 0.8 ? 1 : 0;

  // Not linear, so that a network has something to learn: usage matters in both directions (customers who move away use less, customers who
  // compare offers use more), and expensive contracts matter only to new customers.
  const logOdds =
    -2.1 +
    0.55 * calls +
    0.5 * late -
    0.02 * tenure +
    3.2 * change ** 2 +
    (tenure < 18 ? 0.035 * (charge - 50) : 0) -
    1.1 * yearly -
    2.2 * twoYears;
  const left = random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  return { features: [tenure, charge, calls, late, change, yearly, twoYears], left };
}

/**
 * A count of the Poisson distribution.
 *
 * @param {() => number} random
 * @param {number} mean
 */
function countOf(random, mean) {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}
