export type { LineOfBusinessArgs } from "./args";
export { LineOfBusiness, type LineOfBusinessResources } from "./line-of-business";
