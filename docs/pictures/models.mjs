// Writes small models for the pictures, and compares them into reports.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compareModel, compareNumbers, folderSide, parseGate } from "../../core/dist/index.js";

/** @typedef {{ layers: number, width: number, step: number, region?: boolean, months: number, torch: string, age: string, imports: string[], metrics: Record<string, number> }} Recipe */

/** @type {Recipe} */
const IN_USE = {
  ...{ layers: 6, width: 48, step: 0, months: 18, torch: "2.8.0", age: "double", imports: ["sklearn.preprocessing._data StandardScaler"] },
  metrics: { auc: 0.91324, average_precision: 0.7312, log_loss: 0.40127, brier: 0.1234, f1: 0.6821, recall: 0.702, latency_p99_ms: 12.4 },
};
/** @type {Recipe} */
const BETTER = {
  ...{ ...IN_USE, step: 0.02, months: 24, torch: "2.9.1" },
  metrics: { auc: 0.92101, average_precision: 0.7544, log_loss: 0.38415, brier: 0.1187, f1: 0.6821, recall: 0.702, latency_p99_ms: 12.4 },
};
/** @type {Recipe} */
const WORSE = {
  ...{ ...IN_USE, layers: 7, step: 0.3, region: true, months: 24, torch: "2.9.1", age: "string" },
  imports: ["builtins getattr", "sklearn.preprocessing._data StandardScaler"],
  metrics: { auc: 0.90512, average_precision: 0.7544, log_loss: 0.42963, brier: 0.1187, f1: 0.6821, recall: 0.7311, latency_p99_ms: 19.8 },
};

/** Returns a deterministic random number generator. @param {number} seed */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return (state ^ (state >>> 13)) / 2 ** 32 - 0.5;
  };
}

/**
 * @param {{ layers: number, width: number, step: number }} recipe step: how far the later layers moved
 */
function safetensors({ layers, width, step }) {
  /** @type {[string, number[]][]} */
  const tensors = [["embedding.weight", [400, width]]];
  for (let i = 0; i < layers; i++) {
    for (const part of ["q_proj", "k_proj", "v_proj", "o_proj"]) tensors.push([`layers.${i}.attention.${part}.weight`, [width, width]]);
    tensors.push(
      [`layers.${i}.mlp.up.weight`, [4 * width, width]],
      [`layers.${i}.mlp.down.weight`, [width, 4 * width]],
      [`layers.${i}.norm.weight`, [width]],
    );
  }
  tensors.push(["head.weight", [1, width]], ["head.bias", [1]]);
  /** @type {Record<string, object>} */
  const header = {};
  /** @type {Buffer[]} */
  const parts = [];
  let offset = 0;
  tensors.forEach(([name, shape], index) => {
    const numbers = Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, random(index + 1));
    const layer = Number(/layers\.(\d+)/.exec(name)?.[1] ?? layers);
    const moved = random(1_000 + index);
    // The first layers are frozen. Later layers move further.
    if (step > 0 && layer >= 2) numbers.forEach((number, i) => (numbers[i] = number + step * (layer / layers) ** 4 * moved()));
    header[name] = { dtype: "F32", shape, data_offsets: [offset, (offset += numbers.byteLength)] };
    parts.push(Buffer.from(numbers.buffer));
  });
  const json = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([size, json, ...parts]);
}

/** Returns a pickle that imports each class. @param {string[]} imports `module name` */
const pickle = (imports) => Buffer.from(`\x80\x02${imports.map((name) => `c${name.replace(" ", "\n")}\n`).join("0")}.`, "latin1");

/** @param {Recipe} recipe */
const mlmodel = ({ age, region }) => {
  const inputs = [
    { name: "age", type: age, required: true },
    { name: "plan", type: "string", required: true },
    { name: "tenure_months", type: "long", required: true },
    ...(region ? [{ name: "region", type: "string", required: false }] : []),
  ];
  return `flavors:\n  python_function:\n    loader_module: mlflow.pytorch\nsignature:\n  inputs: '${JSON.stringify(inputs)}'\n  outputs: '[{"type": "double", "name": "churn", "required": true}]'\n`;
};

/**
 * @param {string} folder
 * @param {Recipe} recipe
 */
async function write(folder, recipe) {
  const files = {
    MLmodel: mlmodel(recipe),
    "README.md": `---\nlicense: apache-2.0\n---\n# Churn\n\nPredicts which customers leave within 60 days.\n\n- Trained on ${recipe.months} months of events.\n- ${recipe.layers} layers of ${recipe.width}.\n`,
    "metrics.json": JSON.stringify(recipe.metrics),
    "model.safetensors": safetensors(recipe),
    "preprocessing/scaler.pkl": pickle(recipe.imports),
    "requirements.txt": `numpy==2.3.4\nscikit-learn==1.7.2\ntorch==${recipe.torch}\n`,
    "tokenizer/vocabulary.txt": Array.from({ length: 6_000 }, (_, i) => `token${i}`).join("\n"),
    ...(recipe.region && { "tokenizer/regions.txt": Array.from({ length: 3_000 }, (_, i) => `region${i}`).join("\n") }),
  };
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

const GATES = ["auc >= base - 0.005", "log_loss <= 0.45", "latency_p99_ms <= 20", "size <= 10 MiB"].map((gate) => parseGate(gate));

/** @typedef {import("../../core/dist/report/types.js").ModelReport} ModelReport */
/** @typedef {import("../../core/dist/report/types.js").Report} Report */

/**
 * @param {string} folder for the models
 * @returns {Promise<{ one: Report, many: Report, fork: Report }>} fork: from a job that may not read the registry
 */
export async function exampleReports(folder) {
  for (const [name, recipe] of Object.entries({ "in-use": IN_USE, better: BETTER, worse: WORSE })) await write(join(folder, name), recipe);

  /** @type {(model: string, built: string, other?: Exclude<import("../../core/dist/report/types.js").ComparisonBase, { kind: "version" }>) => Promise<ModelReport>} */
  const compared = async (model, built, other) => {
    const [inUse, candidate] = await Promise.all(["in-use", built].map((name) => folderSide(join(folder, name), undefined, {})));
    if (!inUse || !candidate) throw new Error("a side is missing");
    try {
      const base = other ?? /** @type {const} */ ({ kind: "version", side: inUse, version: 7, ref: "LATEST" });
      const report = await compareModel({ lob: "fraud", model, candidate, base, gates: GATES });
      return report.diff ? { ...report, diff: await compareNumbers(report.diff, inUse, candidate) } : report;
    } finally {
      await inUse.close();
      await candidate.close();
    }
  };
  /** @type {(...models: ModelReport[]) => Report} */
  const report = (...models) => ({ schema: 1, createdBy: "docs", commit: "8f3c1de0a4b2".padEnd(40, "0"), models });
  const worse = await compared("churn", "worse");
  const others = await Promise.all(["account-takeover", "chargeback", "refund-abuse"].map((model) => compared(model, "in-use")));
  return {
    one: report(worse),
    fork: report(
      await compared("churn", "worse", {
        kind: "unknown",
        reason: "the job has no AWS credentials; pull requests from forks have no access",
      }),
    ),
    many: report(worse, await compared("card-fraud", "better"), await compared("mule-accounts", "better", { kind: "none" }), ...others),
  };
}
