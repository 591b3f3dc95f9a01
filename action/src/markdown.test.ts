import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { marked, type Tokens } from "marked";
import { code, details, link, table, text } from "./markdown.js";
import { kindsOf, tokensOf } from "./rendered.js";
import { assertProperty } from "../../core/src/testing/property.js";

/** The visible text: rendered HTML without tags, with decoded entities. */
function seen(markdown: string): string {
  const html = marked.parse(markdown, { gfm: true, async: false });
  return html
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)))
    .replace(/&(lt|gt|quot|amp);/g, (_, name: "lt" | "gt" | "quot" | "amp") => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name])
    .replaceAll("\u200B", "")
    .trim();
}

const HOSTILE = [
  "a|b",
  "`code`",
  "``` fence",
  "**bold** _em_ ~~gone~~",
  "[link](https://evil.example)",
  "![image](https://evil.example/x.png)",
  "<img src=x onerror=alert(1)>",
  "<!-- hidden",
  "--> shown",
  "</details></table>",
  "https://evil.example",
  "www.evil.example",
  "me@evil.example",
  "@octocat and #12",
  ":tada: $x^2$",
  "# heading",
  "- item",
  "1. item",
  "&lt;script&gt; &#64;",
  "back\\slash\\|pipe",
  "<https://evil.example>",
  "[^1]: note",
  "a\n\n| b | c |\n| - | - |",
];

describe("untrusted text changes nothing but itself", () => {
  const plain = kindsOf(table([{ title: "Model" }, { title: "n", right: true }], [[text("name"), "1"]]));

  test.each(HOSTILE)("in a table's cell: %j", (hostile) => {
    const rendered = table([{ title: "Model" }, { title: "n", right: true }], [[text(hostile), "1"]]);
    expect(kindsOf(rendered)).toEqual(plain);
    expect(seen(rendered)).toContain(hostile.replace(/\s+/g, " "));
  });

  test.each(HOSTILE)("in a paragraph, a list and a fold: %j", (hostile) => {
    for (const frame of [(part: string) => part, (part: string) => `- ${part}`, (part: string) => details(part, part)]) {
      expect(kindsOf(frame(text(hostile)))).toEqual(kindsOf(frame("name")));
    }
  });

  test.each(HOSTILE)("in a fixed-width font: %j", (hostile) => {
    expect(kindsOf(`so: ${code(hostile)}`)).toEqual(kindsOf(`so: ${code("name")}`));
  });

  test("for any text", () => {
    const pieces = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(...HOSTILE),
      fc.constantFrom("|", "`", "*", "_", "[", "](", "<", "\\", "\n"),
    );
    assertProperty(
      fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
        const hostile = `x${parts.join("")}x`;
        expect(kindsOf(table([{ title: "A" }, { title: "B" }], [[text(hostile), code(hostile)]]))).toEqual(
          kindsOf(table([{ title: "A" }, { title: "B" }], [["name", code("name")]])),
        );
      }),
      { numRuns: 200 },
    );
  });
});

test("mentions nobody and links no issue: after rendering, no @ or # touches a word", () => {
  const html = marked.parse(text("@octocat #12 a@b"), { gfm: true, async: false });
  const decoded = html.replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));
  expect(decoded).toContain("@");
  expect(decoded).not.toMatch(/[@#]\w/);
});

test("cuts text to its length", () => {
  expect(seen(text("x".repeat(500)))).toBe(`${"x".repeat(299)}…`);
});

describe("links", () => {
  const hrefs = (markdown: string): string[] =>
    tokensOf(markdown).flatMap((token) => (token.type === "link" ? [(token as Tokens.Link).href] : []));

  test("lead to their URL, even inside a table", () => {
    const address = "https://us-east-1.console.aws.amazon.com/s3/object/b?region=us-east-1&prefix=ml-models/a_b*c(d)|e";
    const cell = link("AWS console", address);
    const [href, ...more] = hrefs(table([{ title: "Open" }, { title: "B" }], [[cell, "1"]]));
    expect(more).toEqual([]);
    expect(decodeURI(href ?? "")).toBe(decodeURI(address));
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "https://user@evil.example",
    "https://:secret@evil.example",
    "nothing",
    `https://a.example/${"x".repeat(3000)}`,
    undefined,
  ])("%s is not a link", (address) => {
    expect(link("label", address)).toBe("label");
  });

  test("a label cannot end the link", () => {
    expect(hrefs(link("a](https://evil.example)", "https://good.example/"))).toEqual(["https://good.example/"]);
  });

  test("a URL cannot end the link", () => {
    assertProperty(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string({ unit: "binary" }), (url, tail) => {
        const rendered = link("label", url + tail);
        if (rendered === "label") return;
        expect(hrefs(`| A | B |\n| - | - |\n| ${rendered} | 1 |`)).toHaveLength(1);
        expect(kindsOf(`| A | B |\n| - | - |\n| ${rendered} | 1 |`)).toEqual(
          kindsOf("| A | B |\n| - | - |\n| [label](https://a.example/) | 1 |"),
        );
      }),
    );
  });
});
