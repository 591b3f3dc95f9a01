import { expect, test } from "@jest/globals";
import type { GateResult } from "./gate-result.js";
import { file, side, tensor, weights } from "./diff.test.helper.js";
import { diffModels } from "./index.js";
import { diffMarkdown } from "./markdown.js";

// report/markdown.test.ts tests with the same blocks that names never become markup.

async function markdown(name: string, budget?: number, gates: readonly GateResult[] = []): Promise<string> {
  const findings = (content: string) => ({
    ...weights(tensor(name, content)),
    properties: { [name]: content },
    card: { text: `${name}\n${content}`, cut: false },
  });
  const before = side(name, [file(name, "1", { findings: findings("1") })], { [name]: 0.9, auc: 0.9 });
  const after = side("fraud/churn@2", [file(name, "2", { findings: findings("2") })], { [name]: 0.8, auc: 0.8 });
  return diffMarkdown(await diffModels(before, after), gates, budget);
}

test("prints the verdict, then what a reviewer must see, then the rest folded", async () => {
  expect(await markdown("m")).toBe(`**1 metric worse, 1 tensor changed, 1 file changed** — \`m\` → \`fraud/churn@2\`

| Metric | Before → after |
| :--- | :--- |
| \`auc\` | 0.9&nbsp;→&nbsp;**0.8**<br>🔴&nbsp;▼&nbsp;-0.1 |
| \`m\` | 0.9&nbsp;→&nbsp;**0.8**<br>▼&nbsp;-0.1 |

<details><summary>Tensors: 1 changed</summary>

- 🟨 \`m\` \`float32 [2, 2]\` (content)

</details>

<details><summary>Files: 1 changed</summary>

- 🟨 \`m\` \`1 byte\` (content)

</details>

<details><summary>Properties: 1 changed</summary>

- 🟨 \`m: m\` \`1 → 2\`

</details>

<details><summary>Text of <code>m</code>: 1 added, 1 removed</summary>

\`\`\`diff
-1
+2
\`\`\`

</details>
`);
});

test("names the parts that are omitted for lack of room", async () => {
  const text = await markdown("m", 600);
  expect(text.length).toBeLessThanOrEqual(600);
  expect(text).toContain("**1 metric worse");
  expect(text).toMatch(/Omitted for lack of room: .*text of the card/);
});

test("limits the length for 5,000 files and 10,000 tensors", async () => {
  const files = Array.from({ length: 5_000 }, (_, i) =>
    file(`f${String(i).padStart(5, "0")}`, `${i}`, { findings: weights(tensor(`t${i}`, `${i}`), tensor(`u${i}`, `${i}u`)) }),
  );
  const text = diffMarkdown(await diffModels(side("a", [file("z", "z")]), side("b", [...files, file("z", "z")])));
  expect(text.length).toBeLessThan(60_000);
  expect(text).toContain("10,000 tensors added, 5,000 files added");
  expect(text).toContain("… and 9,900 more");
});

test("gates: failing gates first, others folded, no section without gates", async () => {
  const gate = (name: string, outcome: GateResult["outcome"]): GateResult => ({ gate: name, outcome, reason: `${name} is 1` });
  const text = await markdown("m", undefined, [
    gate("a > 2", "passed"),
    gate("b", "unknown"),
    gate("c > base", "skipped"),
    gate("d", "failed"),
  ]);
  expect(text).toMatch(/^\*\*.*\n\n- ❌ `d` — d is 1\n- ❓ `b` — b is 1\n\n\| Metric \|/);
  expect(text).toContain("<details><summary>Gates passed (1), skipped (1)</summary>\n\n- ✅ `a > 2` — a &#62; 2 is 1\n- ⏭️ `c > base`");
  expect(await markdown("m")).not.toMatch(/gate/i);
});
