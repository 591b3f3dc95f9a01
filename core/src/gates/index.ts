/** Gates: conditions that a model must meet, in a small language. docs/gates.md is the guide for their authors. */
export { checkGates, type GateInput } from "./check.js";
export { type Gate } from "./language.js";
export { parseGate } from "./parse.js";
export { gateResultSchema, type GateResult } from "../diff/gate-result.js";
