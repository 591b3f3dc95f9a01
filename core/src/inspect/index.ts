/** What is in a model: readers of its files, and the manifest that says what they found. */
export { inspectFile } from "./file.js";
export { inspectTree, type InspectedTree, type InspectOptions } from "./tree.js";
