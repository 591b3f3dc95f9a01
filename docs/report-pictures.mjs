// Takes the pictures of docs/pull-requests.md: small models are made here and compared by the real difference, its Markdown is rendered as
// GitHub does it, and a browser takes pictures of that and of the HTML page. By hand, after `npm run build`:
//   node docs/report-pictures.mjs [FOLDER]        (docs/pictures by default; needs chromium, and pngquant for small files)
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { marked } from "marked";
import { reportHtml, reportMarkdown } from "../core/dist/index.js";
import { withBrowser } from "./pictures/browser.mjs";
import { exampleReports } from "./pictures/models.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "pictures"));

/** @type {{ name: string, page: "comment" | "comments" | "summary" | "html", width: number, dark: boolean, height?: number }[]} */
const PICTURES = [
  { name: "comment-phone", page: "comment", width: 390, dark: false },
  { name: "comment-dark", page: "comment", width: 1100, dark: true },
  { name: "monorepo", page: "comments", width: 1100, dark: false },
  { name: "summary-of-fork", page: "summary", width: 1100, dark: false },
  { name: "page", page: "html", width: 1100, dark: false },
  { name: "page-phone-dark", page: "html", width: 390, dark: true, height: 1650 },
];

const folder = await mkdtemp(join(tmpdir(), "lobreg-pictures-"));
try {
  const { one, many, fork } = await exampleReports(folder);
  const fullReport = { text: "Full report", url: "https://github.com/acme/models/actions/runs/4711" };
  const pages = {
    comment: await github("<b>github-actions</b> bot commented", reportMarkdown(one, { fullReport })),
    comments: await github("<b>github-actions</b> bot commented", reportMarkdown(many, { fullReport })),
    summary: await github("<b>diff summary</b>", reportMarkdown(fork, {})),
    html: reportHtml(one),
  };
  for (const [name, page] of Object.entries(pages)) await writeFile(join(folder, `${name}.html`), page);
  await mkdir(target, { recursive: true });
  await withBrowser(async (screenshot) => {
    for (const { name, page, width, dark, height } of PICTURES) {
      const file = join(target, `${name}.png`);
      await writeFile(file, await screenshot(pathToFileURL(join(folder, `${page}.html`)).href, { width, dark, ...(height && { height }) }));
      shrink(file);
      console.log(file);
    }
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** @param {string} file a PNG; stays unchanged without pngquant */
function shrink(file) {
  try {
    execFileSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--quality=60-95", "--speed=1", "--output", file, file]);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOENT") return; // 98, 99: it would not be smaller
    console.warn("pngquant is not installed: the pictures are larger than necessary");
  }
}

/**
 * @param {string} head HTML above it
 * @param {string} markdown what a comment or a summary has
 */
async function github(head, markdown) {
  const style = await readFile(new URL("../node_modules/github-markdown-css/github-markdown.css", import.meta.url), "utf8");
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>${style}
:root{color-scheme:light dark}
body{margin:0;padding:16px;background:#fff}
.comment{border:1px solid #d1d9e0;border-radius:6px;max-width:860px;margin:0 auto}
.head{font:14px/1.5 -apple-system,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;padding:8px 16px;border-bottom:1px solid #d1d9e0;background:#f6f8fa;border-radius:6px 6px 0 0;color:#59636e}
.head b{color:#1f2328}.markdown-body{padding:16px;font-size:14px;border-radius:6px}
@media(prefers-color-scheme:dark){body{background:#0d1117}.comment,.head{border-color:#3d444d}.head{background:#151b23;color:#9198a1}.head b{color:#f0f6fc}}
</style><div class="comment"><div class="head">${head}</div><article class="markdown-body">${marked.parse(markdown, { gfm: true, async: false })}</article></div>`;
}
