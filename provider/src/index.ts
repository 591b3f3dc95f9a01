import { requireAws } from "./peers";

export type { Logs, ObjectLock, OldVersions } from "./args/beside";
export type { StorageArgs } from "./args/storage";
export type { Promoter, Publisher, Reader, Repository } from "./args/roles";
export type { PythonWriter, SharedRegistryArgs, SharedRegistryReference } from "./args/shared-registry";
export type { LineOfBusinessArgs } from "./args/line-of-business";
export { LineOfBusiness, type LineOfBusinessResources } from "./line-of-business";
export { SharedRegistry } from "./shared-registry";
export type { StorageResources } from "./storage";
export type { LineOfBusinessOptions, LineOfBusinessTransforms, SharedRegistryOptions, StorageTransforms, Transform } from "./transforms";

requireAws();
