/**
 * Clock, random source and sleep. Every function that needs them takes them as an argument, so that tests and the simulation control them.
 */
import { setTimeout as delay } from "node:timers/promises";

export interface Environment {
  /** The current time. */
  readonly now: () => Date;
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Waits for that many milliseconds; rejects with the signal's reason when it is aborted. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

export const SYSTEM: Environment = {
  now: () => new Date(),
  random: Math.random,
  sleep: async (milliseconds, signal) => {
    await delay(milliseconds, undefined, signal && { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
};

/** The current time as rows store it: ISO 8601 in UTC. */
export const timestamp = ({ now }: Pick<Environment, "now">): string => now().toISOString();

/** How waits grow between the attempts of one loop, in milliseconds. */
export interface Backoff {
  /** Upper bound of the first wait. */
  readonly base: number;
  /** Upper bound of every wait. */
  readonly cap: number;
  /** Share of the bound that is always waited, 0 to 1: for outages, which no wait of nearly zero survives. Default 0, full jitter. */
  readonly fixed?: number;
}

/**
 * Milliseconds to wait before retry 1, 2, …: exponential with full jitter, which spreads competing writers best
 * (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export function backoff({ base, cap, fixed = 0 }: Backoff, retry: number, { random }: Pick<Environment, "random">): number {
  return (fixed + (1 - fixed) * random()) * Math.min(cap, base * 2 ** Math.min(retry - 1, 30));
}
