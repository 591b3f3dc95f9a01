/**
 * The library: publish, list, show and pull models of a line of business. README.md has a runnable example.
 *
 * @packageDocumentation
 */
export { connect, type ConnectOptions } from "./aws/connect.js";
export { explainAwsError } from "./aws/explain.js";
export { traceRequests } from "./aws/trace.js";
export { diffModels, type Diff, type Direction, type MetricRules, type OpenSide, type Side } from "./diff/index.js";
export { diffMarkdown } from "./diff/markdown.js";
export * as markdown from "./markdown/text.js";
export { diffHtml, reportHtml } from "./report/html/page.js";
export { reportMarkdown, type ReportMarkdownOptions } from "./report/markdown.js";
export { reportVerdict } from "./report/words.js";
export { bytes, counted, duration, metric } from "./format.js";
export { defined } from "./defined.js";
export { doctor } from "./doctor/doctor.js";
export { registryEvent, type PublishedEvent, type RegistryEvent } from "./events.js";
export { ISSUES, type DoctorIssue, type FixedBy, type IssueKind, type IssueMeaning, type IssueOutcome } from "./doctor/issues.js";
export { type DoctorOptions, type DoctorReport } from "./doctor/options.js";
export { CODES, EXIT, exitCodeOf, LobError, requestIdWords, type ErrorCode, type LobErrorOptions } from "./errors.js";
export { checkGates, parseGate, type Gate, type GateResult } from "./gates/index.js";
export {
  isMetricPair,
  mergeMetrics,
  METRICS_LIMITS,
  metricsOf,
  parseMetricPairs,
  parseMetrics,
  type SkippedMetrics,
  skippedWords,
} from "./descriptors/metrics.js";
export { DESCRIPTION_LIMIT, parseDescription, parseTags, TAGS_LIMITS, tagsOf } from "./descriptors/tags.js";
export { type MigrationIssue } from "./migrate/issues.js";
export { migrate, planMigration, type MigrateClients } from "./migrate/migrate.js";
export { type MigrateOptions, type MigrationReport, type MigrationSource, type ModelMigration } from "./migrate/options.js";
export { type CodeFinding, type Column, type Findings, type Signature, type Summary, type Tensor } from "./findings/findings.js";
export { artifactSide, folderSide, type FilesSide, type ManifestOrigin, type ReadableSide } from "./sides/files.js";
export { manifestSide } from "./sides/manifest.js";
export { compareNumbers, NUMERIC_DEFAULTS, type NumericOptions } from "./numeric/compare.js";
export { type OnProgress, type Progress } from "./progress.js";
export { progressLines } from "./progress-lines.js";
export { consoleUrl, publish } from "./publish/publish.js";
export { keptWords, leftOutWords, type PublishOptions, type PublishResult, type PublishWarning, warningWords } from "./publish/options.js";
export { type LogLine, type LogStep } from "./registry/context.js";
export { listModels, listVersions, type ListOptions, type ListVersionsOptions, type VersionSummary } from "./read/list.js";
export { pull, type PullOptions, type PullResult } from "./read/pull.js";
export { formatRef, parseRef, type Ref, type VersionRef } from "./read/ref.js";
export { type VersionContents } from "./read/contents.js";
export { pulledSide, versionSide, type VersionSide } from "./sides/version.js";
export { show, type ShownVersion, type ShownObject } from "./read/show.js";
export { compareModel, gatesVerdict, isChanged, parseReport, reportText } from "./report/index.js";
export { type Compared, type CompareModelOptions, type ComparisonBase, type Failed } from "./report/index.js";
export { type GatesVerdict, type ModelReport, type Report } from "./report/index.js";
export { findLob } from "./registry/lob.js";
export { readModel } from "./registry/store.js";
export { RELEASE } from "./release.js";
export { type Aws, type Lob, type ManifestFile, type ManifestHeader, type Metrics, type ModelSummary } from "./types.js";
export { type Provenance, type Tags, type Version, type VersionStatus } from "./types.js";
