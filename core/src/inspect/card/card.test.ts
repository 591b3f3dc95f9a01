import { describe, expect, test } from "@jest/globals";
import { found } from "../inspect.test.helper.js";

const CARD = `---
license: apache-2.0
tags: [tabular, churn]
model-index:
- name: churn
  results:
  - task: {type: classification}
    dataset: {name: customers, type: csv}
    metrics:
    - {type: auc, value: 0.93}
    - {type: f1, name: F1, value: "0.8"}
    - {type: words, value: good}
---
# Churn

<img src=x onerror=alert(1)> @everyone
`;

describe("model cards", () => {
  test("text, front matter, claimed metrics", async () => {
    for (const name of ["README.md", "docs/MODEL_CARD.md"]) {
      expect(await found(name, CARD)).toEqual({
        format: "card",
        card: { text: CARD, cut: false },
        properties: { license: "apache-2.0", tags: '["tabular","churn"]' },
        metrics: { "customers/auc": 0.93, "customers/F1": 0.8 },
      });
    }
  });

  test("300 KB are cut at the end of a line", async () => {
    const text = `# Card\n${"0123456789\n".repeat(30_000)}`;
    const { card } = await found("README.md", text);
    expect(card!.cut).toBe(true);
    expect(card!.text.length).toBeGreaterThan(65_000);
    expect(text.startsWith(card!.text)).toBe(true);
    expect(card!.text.endsWith("9\n")).toBe(true);
    expect((await found("README.md", "é".repeat(300_000))).card!.text).toHaveLength(65_536);
  });

  test("front matter that is not YAML, and a card without front matter", async () => {
    expect(await found("README.md", "---\na: [\n---\nx")).toMatchObject({ warnings: ["its front matter is not YAML"] });
    expect(await found("README.md", "x")).toEqual({ format: "card", card: { text: "x", cut: false } });
    expect(await found("README.md", Buffer.from([0xff]))).toMatchObject({ warnings: ["it cannot be read: it is not valid UTF-8"] });
  });
});

describe("pictures", () => {
  const png = Buffer.from("89504e470d0a1a0a0000000d494844520000002500000015", "hex");
  const jpeg = (segments: string): Buffer => Buffer.from(`ffd8${segments}ffc0001108001500250301`, "hex");

  test.each<[string, Buffer]>([
    ["png", Buffer.concat([png, Buffer.alloc(20)])],
    ["gif", Buffer.concat([Buffer.from("GIF89a%\0\u0015\0"), Buffer.alloc(30)])],
    ["jpeg", jpeg("ffe000040000")],
    ["jpeg", jpeg("ffe000040000ffffdb00040000")],
    ["webp", Buffer.concat([Buffer.from("RIFF\0\0\0\0WEBPVP8X"), Buffer.from("0a00000000000000240000140000", "hex"), Buffer.alloc(9)])],
  ])("%s", async (format, bytes) => {
    expect(await found("plot.anything", bytes)).toEqual({ format, picture: { width: 37, height: 21 } });
  });

  test.each<[string, Buffer]>([
    ["too short", png.subarray(0, 12)],
    ["a JPEG without a size", jpeg("").subarray(0, 4)],
    ["a JPEG of segments without end", Buffer.concat([Buffer.from("ffd8", "hex"), Buffer.alloc(100_000, Buffer.from("ffe00002", "hex"))])],
    ["a WebP of no kind", Buffer.concat([Buffer.from("RIFF\0\0\0\0WEBPnone"), Buffer.alloc(30)])],
  ])("%s", async (_, bytes) => {
    expect(await found("plot.png", bytes)).toEqual({ format: "picture", warnings: [expect.stringContaining("cannot be read")] });
  });

  test("that is also a pickle", async () => {
    // To a pickle, "G" is a number of eight bytes.
    const both = Buffer.concat([Buffer.from("GIF89a%\0\u0015"), Buffer.from("0cos\nsystem\n(S'echo'\ntR."), Buffer.alloc(30)]);
    expect(await found("plot.gif", both)).toMatchObject({ format: "gif", code: { kind: "pickle", unknown: ["os:system"] } });
  });
});
