/** Schemas of values that recur in a manifest. */
import { z } from "zod";
import { isSha256 } from "../layout.js";

export const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** In lower-case hexadecimal. */
export const sha256 = z.string().refine(isSha256).meta({ pattern: "^[0-9a-f]{64}$" });
