/** Gates: what a model has to be like, in a small language of its own. docs/gates.md is for who writes them. */
export { checkGates, type GateInput } from "./check.js";
export { type Gate } from "./language.js";
export { parseGate } from "./parse.js";
export { gateResultSchema, type GateResult } from "../diff/gate-result.js";
