// Trains a small network that predicts which customers leave, and writes the files to publish.
// Plain Node, no dependency, no download:   node train.mjs --out build/churn
// The same flags give the same bytes.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FEATURES, makeCustomers } from "./customers.mjs";
import { modelCard } from "./card.mjs";
import { evaluate } from "./metrics.mjs";
import { predict, tensorsOf, train } from "./network.mjs";
import { encodeSafetensors } from "./safetensors.mjs";

const USAGE = `Usage: node train.mjs [options]

  --out FOLDER            where to write (default: build/churn)
  --learning-rate NUMBER  step size (default: 0.02)
  --epochs NUMBER         passes over the training data (default: 30)
  --hidden NUMBER         units of the hidden layer (default: 16)
  --seed NUMBER           of the weights and the order of the data (default: 1)
`;

/** The data is the same for every seed of the training, so that runs can be compared. */
const DATA = { seed: 20_260_101, train: 4_000, heldOut: 2_000 };

const { out, ...hyperparameters } = readFlags(process.argv.slice(2));
const training = makeCustomers(DATA.train, DATA.seed);
const heldOut = makeCustomers(DATA.heldOut, DATA.seed + 1);

const network = train(training, hyperparameters);
const metrics = evaluate(
  heldOut.map(({ features }) => predict(network, features)),
  heldOut.map(({ left }) => left),
);

const config = {
  task: "binary-classification",
  target: "customer leaves within 90 days",
  features: FEATURES,
  ...hyperparameters,
  data: DATA,
};
await mkdir(out, { recursive: true });
await Promise.all([
  writeFile(join(out, "model.safetensors"), encodeSafetensors(tensorsOf(network), { task: config.task })),
  writeFile(join(out, "metrics.json"), toJson(metrics)),
  writeFile(join(out, "config.json"), toJson(config)),
  writeFile(join(out, "README.md"), modelCard(config, metrics)),
]);
const shown = Object.entries(metrics).map(([name, value]) => `${name} ${value}`);
process.stdout.write(`${out}: ${shown.join(", ")} on ${DATA.heldOut} held-out customers\n`);

/** @param {unknown} value */
function toJson(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** @param {string[]} args */
function readFlags(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        out: { type: "string", default: join("build", "churn") },
        "learning-rate": { type: "string", default: "0.02" },
        epochs: { type: "string", default: "30" },
        hidden: { type: "string", default: "16" },
        seed: { type: "string", default: "1" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    return {
      out: values.out,
      learningRate: number("learning-rate", values["learning-rate"], (n) => n > 0 && n <= 1, "above 0, at most 1"),
      epochs: number("epochs", values.epochs, (n) => Number.isInteger(n) && n >= 1 && n <= 10_000, "an integer from 1 to 10000"),
      hidden: number("hidden", values.hidden, (n) => Number.isInteger(n) && n >= 1 && n <= 1_024, "an integer from 1 to 1024"),
      seed: number("seed", values.seed, (n) => Number.isInteger(n) && n >= 0 && n < 2 ** 31, "an integer from 0 to 2147483647"),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

/**
 * @param {string} flag
 * @param {string} text
 * @param {(value: number) => boolean} isGood
 * @param {string} wanted
 */
function number(flag, text, isGood, wanted) {
  const value = text.trim() === "" ? NaN : Number(text);
  if (!isGood(value)) throw new Error(`--${flag} is ${wanted}; got ${JSON.stringify(text)}`);
  return value;
}
