/** Inspection of a model: readers of its files and what they find. */
export { inspectFile } from "./file.js";
export { inspectTree, type InspectedTree, type InspectOptions } from "./tree.js";
