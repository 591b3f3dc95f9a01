/** The table of hostile models: what each is, and what has to come of it. */
import { ARCHIVES } from "./archives.ts";
import type { Case } from "./case.ts";
import { PICKLES } from "./pickles.ts";
import { TENSORS } from "./tensors.ts";
import { SIZES, TEXTS } from "./texts.ts";

export type { Files } from "./case.ts";

export const CASES: readonly Case[] = [...TENSORS, ...PICKLES, ...ARCHIVES, ...TEXTS, ...SIZES];
