// Metrics of predictions.

/**
 * @param {readonly number[]} probabilities
 * @param {readonly (0 | 1)[]} labels
 * @returns {{ auc: number, accuracy: number, log_loss: number }} rounded to six digits
 */
export function evaluate(probabilities, labels) {
  const pairs = probabilities.map((probability, i) => /** @type {const} */ ([probability, labels[i]]));
  const right = pairs.filter(([probability, label]) => (probability >= 0.5 ? 1 : 0) === label).length;
  const loss = pairs.reduce((sum, [probability, label]) => sum - Math.log(Math.max(label === 1 ? probability : 1 - probability, 1e-15)), 0);
  return { auc: round(areaUnderCurve(pairs)), accuracy: round(right / pairs.length), log_loss: round(loss / pairs.length) };
}

/**
 * Area under the ROC curve: how often one that left is rated above one that stayed; by ranks, equal ratings sharing theirs.
 *
 * @param {(readonly [number, 0 | 1])[]} pairs
 */
function areaUnderCurve(pairs) {
  const sorted = [...pairs].sort(([a], [b]) => a - b);
  let rankSum = 0;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end][0] === sorted[start][0]) end++;
    const rank = (start + 1 + end) / 2;
    rankSum += rank * sorted.slice(start, end).filter(([, label]) => label === 1).length;
  }
  const positives = pairs.filter(([, label]) => label === 1).length;
  const negatives = pairs.length - positives;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** @param {number} value */
const round = (value) => Math.round(value * 1e6) / 1e6;
