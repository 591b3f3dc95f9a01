import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { file, side, tensor, weights } from "./diff.test.helper.js";
import { diffModels } from "./index.js";
import { diffMarkdown } from "./markdown.js";

async function markdown(name: string, budget?: number): Promise<string> {
  const findings = (content: string) => ({
    ...weights(tensor(name, content)),
    properties: { [name]: content },
    card: { text: `${name}\n${content}`, cut: false },
  });
  const before = side(name, [file(name, "1", { findings: findings("1") })], { [name]: 0.9, auc: 0.9 });
  const after = side("fraud/churn@2", [file(name, "2", { findings: findings("2") })], { [name]: 0.8, auc: 0.8 });
  return diffMarkdown(await diffModels(before, after), budget);
}

test("the verdict first, then what a reviewer has to see, then the rest folded", async () => {
  expect(await markdown("m")).toBe(`**1 metric worse, 1 tensor changed, 1 file changed** · \`m\` → \`fraud/churn@2\`

#### Metrics

| | | before | after | |
|---|---|---|---|---|
| 🔴 | \`auc\` | \`0.9\` | \`0.8\` | \`-0.1, worse\` |
| ~ | \`m\` | \`0.9\` | \`0.8\` | \`-0.1\` |

<details><summary>Tensors (1)</summary>

| | | before | after | |
|---|---|---|---|---|
| ~ | \`m\` | \`float32 [2, 2]\` | \`float32 [2, 2]\` | \`content\` |

</details>

<details><summary>Files (1)</summary>

| | | before | after | |
|---|---|---|---|---|
| ~ | \`m\` | \`1 byte\` | \`1 byte\` | \`content\` |

</details>

<details><summary>Facts (1)</summary>

| | | before | after | |
|---|---|---|---|---|
| ~ | \`m: m\` | \`1\` | \`2\` |  |

</details>

<details><summary>Text of <code>m</code> (2)</summary>

| | | before | after | |
|---|---|---|---|---|
| - |  | \`1\` |  |  |
| + |  |  | \`2\` |  |

</details>
`);
});

/** What is left when all code is taken away, as GitHub finds it: everything that could be markup. */
const outside = (text: string): string =>
  text
    .replaceAll(/<code>([^<`|]*)<\/code>/g, (_, inner: string) => inner.replaceAll(/&#\d+;/g, "").replaceAll(/[\w\s]/g, ""))
    .replaceAll(/`[^`\n]+`/g, "CODE");

describe("names from a model", () => {
  test.each([
    "<img src=x onerror=alert(1)>",
    "@everyone",
    "`@everyone`",
    "``` @x",
    "a|b",
    "</details><h1>",
    "[x](javascript:y)",
    "<!-- x",
    "a\n\n# b",
    "#1",
    "`",
  ])("%j are text", async (name) => {
    const text = outside(await markdown(name));
    // There it is HTML, and no backtick makes anything code.
    for (const [summary] of (await markdown(name)).matchAll(/<summary>.*<\/summary>/g)) {
      expect(summary).toMatch(/^<summary>[\w ]+(<code>(\w|\s|&#\d+;)*<\/code>)?[\w ]*\(\d+\)<\/summary>$/);
    }
    expect(text).not.toMatch(/@|<img|<h1|\]\(|<!--|^# |javascript|#1/m);
    expect(text.match(/<\/details>/g)).toHaveLength(text.match(/<details>/g)!.length);
    expect(
      text
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .every((line) => line.split("|").length === 7),
    ).toBe(true);
  });

  test("of any kind leave nothing outside of a code span", async () => {
    const letters = fc.constantFrom(
      "`",
      "|",
      "\\",
      "<",
      ">",
      "@",
      "[",
      "]",
      "(",
      ")",
      "*",
      "_",
      "#",
      "&",
      "\n",
      " ",
      "a",
      "\u202e",
      "\u001b",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(letters, { minLength: 1, maxLength: 12 }), async (name) => {
        const text = outside(await markdown(name.join("")));
        expect(text.replaceAll(/<\/?(details|summary)>|\n/g, "")).not.toMatch(/[`<>@[\]_\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

test("what has no room is named", async () => {
  const text = await markdown("m", 700);
  expect(text.length).toBeLessThan(700);
  expect(text).toContain("**1 metric worse");
  expect(text).toMatch(/Left out, because there is no room: .*files/);
});

test("a difference of 5,000 files and 10,000 tensors has bounds", async () => {
  const files = Array.from({ length: 5_000 }, (_, i) =>
    file(`f${String(i).padStart(5, "0")}`, `${i}`, { findings: weights(tensor(`t${i}`, `${i}`), tensor(`u${i}`, `${i}u`)) }),
  );
  const text = diffMarkdown(await diffModels(side("a", [file("z", "z")]), side("b", [...files, file("z", "z")])));
  expect(text.length).toBeLessThan(60_000);
  expect(text).toContain("10,000 tensors added, 5,000 files added");
  expect(text).toContain("… and 9950 more");
});
