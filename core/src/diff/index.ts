/** What differs between two models, by their manifests: a pure function, whatever the size of the weights. */
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
 * Goes through both lists of files once, side by side. Memory grows with what differs, and not with what is the same.
 *
 * @throws what reading the files throws
 */
export async function diffModels(before: Side, after: Side, rules: MetricRules = {}): Promise<Diff> {
  const totals = { before: new Summing(), after: new Summing() };
  const compared = await compareFiles(summed(before.entries, totals.before), summed(after.entries, totals.after));
  const [from, to] = [totals.before.summary(), totals.after.summary()];
  const metrics = before.metrics && after.metrics ? compareMetrics(before.metrics, after.metrics, rules) : [];
  const signature = compareSignatures(from.signature, to.signature);
  const tensors = compareTensors(compared);
  return {
    different: before.treeDigest !== after.treeDigest || metrics.some(({ verdict }) => verdict !== "same"),
    before: described(before, from),
    after: described(after, to),
    files: compared.diff,
    tensors: tensors.diff,
    metrics,
    ...(signature && { signature }),
    requirements: compareRequirements(from.requirements ?? [], to.requirements ?? []),
    code: compared.pairs.flatMap((pair) => codeChange(pathOf(pair), pair) ?? []),
    cards: compared.pairs.flatMap((pair) => cardOf(pair) ?? []),
    properties: listed(compared.pairs.flatMap(propertiesOf)),
    overview: { files: compared.overview, tensors: tensors.overview },
  };
}

/**
 * A model by itself, where there is nothing to compare it with.
 *
 * @throws what reading the files throws
 */
export async function describe(side: Side): Promise<DescribedModel> {
  const total = new Summing();
  for await (const file of side.entries) if (file.findings) total.add(file.path, file.findings);
  return described(side, total.summary());
}

const described = ({ name, treeDigest, files, contentBytes, metrics, inspected }: Side, summary: Summary): DescribedModel => ({
  name: shortenMiddle(name, 1_024),
  treeDigest,
  files,
  contentBytes,
  ...(metrics && { metrics }),
  summary: inspected ? summary : { ...summary, warnings: [{ path: "", warning: NOT_INSPECTED }, ...summary.warnings] },
});

/** The files as they pass, with their findings taken into a summary. */
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
    return [{ path: pathOf(pair), property, ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) }];
  });
}

const propertiesIn = (findings: Findings | undefined): Map<string, string> => new Map(Object.entries(findings?.properties ?? {}));
