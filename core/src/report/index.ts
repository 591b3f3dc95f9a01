/** Reports of what a pull request changes in the models of a repository: written by one job, read by another. */
export { compareModel, type CompareModelOptions } from "./build.js";
export { parseReport } from "./read.js";
export { reportText } from "./write.js";
export { gatesVerdict, type GatesVerdict, isChanged } from "./outcome.js";
export { type ComparisonBase, type Compared, type Failed, type ModelReport, reportSchema, type Report } from "./types.js";
