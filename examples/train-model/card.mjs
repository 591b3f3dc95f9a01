// The model card: what a person should know before using the model. Its front matter is for programs.

/**
 * @param {{ target: string, features: string[], learningRate: number, epochs: number, hidden: number, seed: number, data: { train: number, heldOut: number } }} config
 * @param {Record<string, number>} metrics
 */
export function modelCard({ target, features, learningRate, epochs, hidden, seed, data }, metrics) {
  return `---
license: apache-2.0
pipeline_tag: tabular-classification
tags: [churn, tabular, example]
metrics:
${Object.entries(metrics)
  .map(([name, value]) => `  ${name}: ${value}`)
  .join("\n")}
---

# Churn

Predicts, for one customer, the probability of this: ${target}.

- Inputs, in this order: ${features.join(", ")}. Subtract \`input.mean\`, divide by \`input.scale\`.
- Network: ${features.length} inputs, ${hidden} hidden units (tanh), one output (sigmoid).
- Training: ${epochs} epochs of Adam, learning rate ${learningRate}, seed ${seed}, on ${data.train} customers.
- Measured on ${data.heldOut} other customers: ${Object.entries(metrics)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")}.

The customers are made up. Use it to try the registry, and for nothing else.
`;
}
