/** This release, as in package.json (a test compares them: the bundle of the Action has no package.json to read). */
export const RELEASE = "0.1.0";
