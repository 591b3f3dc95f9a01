// A network with one hidden layer (tanh) and one output (a probability), trained by Adam on the log loss.
import { generator, normal } from "./random.mjs";

/**
 * @typedef {object} Network
 * @property {Float64Array} mean of each input, over the training data
 * @property {Float64Array} scale what each input is divided by
 * @property {Float64Array} hiddenWeight hidden × inputs
 * @property {Float64Array} hiddenBias
 * @property {Float64Array} outputWeight 1 × hidden
 * @property {Float64Array} outputBias
 */

const BATCH = 32;

/**
 * @param {readonly import("./customers.mjs").Customer[]} customers
 * @param {{ learningRate: number, epochs: number, hidden: number, seed: number }} hyperparameters
 * @returns {Network}
 */
export function train(customers, { learningRate, epochs, hidden, seed }) {
  const random = generator(seed);
  const inputs = customers[0]?.features.length ?? 0;
  const { mean, scale } = standardization(customers.map(({ features }) => features));
  const network = {
    mean,
    scale,
    hiddenWeight: Float64Array.from({ length: hidden * inputs }, () => normal(random) / Math.sqrt(inputs)),
    hiddenBias: new Float64Array(hidden),
    outputWeight: Float64Array.from({ length: hidden }, () => normal(random) / Math.sqrt(hidden)),
    outputBias: new Float64Array(1),
  };
  const parameters = [network.hiddenWeight, network.hiddenBias, network.outputWeight, network.outputBias];
  const gradients = parameters.map(({ length }) => new Float64Array(length));
  const step = adam(parameters, gradients, learningRate);
  const order = customers.map((_, index) => index);

  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (let start = 0; start < order.length; start += BATCH) {
      const batch = order.slice(start, start + BATCH);
      for (const gradient of gradients) gradient.fill(0);
      for (const index of batch) addGradient(network, gradients, customers[index], 1 / batch.length);
      step();
    }
  }
  return network;
}

/**
 * @param {Network} network
 * @param {readonly number[]} features
 * @returns {number} probability that the customer leaves
 */
export function predict(network, features) {
  return forward(network, features).probability;
}

/**
 * The tensors to save, as 32-bit floats.
 *
 * @param {Network} network
 * @returns {Record<string, { shape: number[], values: Float32Array }>}
 */
export function tensorsOf({ mean, scale, hiddenWeight, hiddenBias, outputWeight, outputBias }) {
  const [hidden, inputs] = [hiddenBias.length, mean.length];
  /** @type {(shape: number[], values: Float64Array) => { shape: number[], values: Float32Array }} */
  const tensor = (shape, values) => ({ shape, values: Float32Array.from(values) });
  return {
    "input.mean": tensor([inputs], mean),
    "input.scale": tensor([inputs], scale),
    "hidden.weight": tensor([hidden, inputs], hiddenWeight),
    "hidden.bias": tensor([hidden], hiddenBias),
    "output.weight": tensor([1, hidden], outputWeight),
    "output.bias": tensor([1], outputBias),
  };
}

/**
 * @param {Network} network
 * @param {readonly number[]} features
 */
function forward({ mean, scale, hiddenWeight, hiddenBias, outputWeight, outputBias }, features) {
  const input = Float64Array.from(features, (value, i) => (value - mean[i]) / scale[i]);
  const hidden = hiddenBias.map((bias, unit) => {
    let sum = bias;
    for (let i = 0; i < input.length; i++) sum += hiddenWeight[unit * input.length + i] * input[i];
    return Math.tanh(sum);
  });
  let logOdds = outputBias[0];
  for (let unit = 0; unit < hidden.length; unit++) logOdds += outputWeight[unit] * hidden[unit];
  return { input, hidden, probability: 1 / (1 + Math.exp(-logOdds)) };
}

/**
 * Adds the gradient of one customer's log loss.
 *
 * @param {Network} network
 * @param {Float64Array[]} gradients as the parameters: hidden weight and bias, output weight and bias
 * @param {import("./customers.mjs").Customer} customer
 * @param {number} share
 */
function addGradient(network, [hiddenWeight, hiddenBias, outputWeight, outputBias], { features, left }, share) {
  const { input, hidden, probability } = forward(network, features);
  const error = (probability - left) * share;
  outputBias[0] += error;
  for (let unit = 0; unit < hidden.length; unit++) {
    outputWeight[unit] += error * hidden[unit];
    const back = error * network.outputWeight[unit] * (1 - hidden[unit] ** 2);
    hiddenBias[unit] += back;
    for (let i = 0; i < input.length; i++) hiddenWeight[unit * input.length + i] += back * input[i];
  }
}

/**
 * Adam with its usual constants.
 *
 * @param {Float64Array[]} parameters changed by each step
 * @param {Float64Array[]} gradients read by each step
 * @param {number} learningRate
 * @returns {() => void} one step
 */
function adam(parameters, gradients, learningRate) {
  const [decay, squareDecay, tiny] = [0.9, 0.999, 1e-8];
  const moments = parameters.map(({ length }) => ({ first: new Float64Array(length), second: new Float64Array(length) }));
  let steps = 0;
  return () => {
    steps++;
    for (const [p, parameter] of parameters.entries()) {
      const { first, second } = moments[p];
      for (const [i, gradient] of gradients[p].entries()) {
        first[i] = decay * first[i] + (1 - decay) * gradient;
        second[i] = squareDecay * second[i] + (1 - squareDecay) * gradient ** 2;
        parameter[i] -= (learningRate * (first[i] / (1 - decay ** steps))) / (Math.sqrt(second[i] / (1 - squareDecay ** steps)) + tiny);
      }
    }
  };
}

/** @param {number[][]} rows */
function standardization(rows) {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, i) => rows.map((row) => row[i]));
  const mean = Float64Array.from(columns, (column) => average(column));
  const scale = Float64Array.from(columns, (column, i) => Math.sqrt(average(column.map((value) => (value - mean[i]) ** 2))) || 1);
  return { mean, scale };
}

/** @param {number[]} values */
function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * @param {number[]} order
 * @param {() => number} random
 */
function shuffle(order, random) {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
}
