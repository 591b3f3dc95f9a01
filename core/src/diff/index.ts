/** Compares two models by their manifests. A pure function: the cost does not depend on the size of the weights. */
import { defined } from "../defined.js";
import { shortenMiddle } from "../format.js";
import { NOT_INSPECTED, Summing } from "../findings/summary.js";
import type { Findings, Summary } from "../findings/findings.js";
import type { ManifestFile } from "../types.js";
import { codeChange } from "./code.js";
import { compareFiles, type FilePair } from "./files.js";
import { listed } from "./listing.js";
import { compareMetrics, type MetricRules } from "./metrics.js";
import { compareRequirements } from "./requirements.js";
import { compareSignatures } from "./signature.js";
import { compareTensors } from "./tensors.js";
import { compareTexts } from "./texts.js";
import type { DescribedModel, Diff, PropertyChange, Side } from "./types.js";

export type * from "./types.js";
export { directionOf, type MetricRules } from "./metrics.js";

/**
 * Compares two models in one pass over both lists of files. Memory grows with what differs, not with what is unchanged.
 *
 * @throws every error from reading the entries of a side
 */
export async function diffModels(before: Side, after: Side, rules: MetricRules = {}): Promise<Diff> {
  const totals = { before: new Summing(), after: new Summing() };
  const compared = await compareFiles(summed(before.entries, totals.before), summed(after.entries, totals.after));
  const [from, to] = [totals.before.summary(), totals.after.summary()];
  const metrics = before.metrics && after.metrics ? compareMetrics(before.metrics, after.metrics, rules) : [];
  const signature = compareSignatures(from.signature, to.signature);
  const tensors = compareTensors(compared);
  return defined({
    different: before.treeDigest !== after.treeDigest || metrics.some(({ verdict }) => verdict !== "same"),
    before: described(before, from),
    after: described(after, to),
    files: compared.diff,
    tensors: tensors.diff,
    metrics,
    signature,
    requirements: compareRequirements(from.requirements ?? [], to.requirements ?? []),
    code: compared.pairs.flatMap((pair) => codeChange(pathOf(pair), pair) ?? []),
    cards: compared.pairs.flatMap((pair) => cardOf(pair) ?? []),
    properties: listed(compared.pairs.flatMap(propertiesOf)),
    overview: { files: compared.overview, tensors: tensors.overview },
  });
}

/**
 * Describes a single model that has nothing to compare with.
 *
 * @throws every error from reading the entries of a side
 */
export async function describe(side: Side): Promise<DescribedModel> {
  const total = new Summing();
  for await (const file of side.entries) if (file.findings) total.add(file.path, file.findings);
  return described(side, total.summary());
}

const described = ({ name, treeDigest, files, contentBytes, metrics, inspected }: Side, summary: Summary): DescribedModel =>
  defined({
    name: shortenMiddle(name, 1_024),
    treeDigest,
    files,
    contentBytes,
    metrics,
    summary: inspected ? summary : { ...summary, warnings: [{ path: "", warning: NOT_INSPECTED }, ...summary.warnings] },
  });

/** Yields the files and adds their findings to a summary on the way. */
async function* summed(files: AsyncIterable<ManifestFile>, into: Summing): AsyncGenerator<ManifestFile, void, undefined> {
  for await (const file of files) {
    if (file.findings) into.add(file.path, file.findings);
    yield file;
  }
}

const pathOf = ({ before, after }: FilePair): string => (after ?? before)!.path;

const cardOf = (pair: FilePair) => {
  const [before, after] = [pair.before?.findings?.card, pair.after?.findings?.card];
  return (before ?? after) && compareTexts(pathOf(pair), before?.text ?? "", after?.text ?? "");
};

function propertiesOf(pair: FilePair): PropertyChange[] {
  const [before, after] = [propertiesIn(pair.before?.findings), propertiesIn(pair.after?.findings)];
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((property) => {
    const [from, to] = [before.get(property), after.get(property)];
    if (from === to) return [];
    return [defined({ path: pathOf(pair), property, before: from, after: to })];
  });
}

const propertiesIn = (findings: Findings | undefined): Map<string, string> => new Map(Object.entries(findings?.properties ?? {}));
