/** Renders the files of both models as a treemap, coloured by status. */
import { hierarchy, treemap } from "d3-hierarchy";
import type { Diff, FileStatus } from "../../diff/types.js";
import { bytes, counted, integer } from "../../format.js";
import { type Html, markup } from "../../html/tag.js";

const WIDTH = 1_000;
const HEIGHT = 420;
const STATUSES: readonly FileStatus[] = ["changed", "added", "removed", "renamed", "same"];
const WORDS: Readonly<Record<FileStatus, string>> = { changed: "changed", added: "added", removed: "removed", renamed: "renamed", same: "unchanged" }; // prettier-ignore

interface Cell {
  readonly name: string;
  readonly status: FileStatus;
  readonly size: number;
  /** 1, or the number of files that this cell sums up. */
  readonly files: number;
}

export function fileMap({ overview }: Diff): Html {
  if (!overview) return markup``;
  const { items, others } = overview.files;
  const cells: Cell[] = [
    ...items.map(({ path, size, status }) => ({ name: path, status, size, files: 1 })),
    ...others.map(({ status, files, bytes: size }) => ({ name: counted(files, "other file"), status, size, files })),
  ];
  if (cells.length === 0) return markup``;
  const totals = STATUSES.map((status) => {
    const mine = cells.filter((cell) => cell.status === status);
    return { status, files: mine.reduce((sum, { files }) => sum + files, 0), size: mine.reduce((sum, { size }) => sum + size, 0) };
  }).filter(({ files }) => files > 0);
  const words = totals.map(({ status, files, size }) => `${integer(files)} ${WORDS[status]}, ${bytes(size)}`).join("; ");
  return markup`<figure>
<ul class="legend">${totals.map(({ status, files, size }) => markup`<li><i class="${status}"></i>${integer(files)} ${WORDS[status]} · ${bytes(size)}</li>`)}</ul>
<div class="map" role="img" aria-label="Files by size: ${words}">${tilesOf(cells).map(tileHtml)}</div>
<figcaption>Each rectangle is a file, with an area proportional to its size.</figcaption>
</figure>
`; // prettier-ignore
}

interface Tile {
  readonly cell: Cell;
  /** Position and size in percent of the map. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function tilesOf(cells: readonly Cell[]): Tile[] {
  type Node = Partial<Cell> & { readonly children?: readonly Cell[] };
  const root = hierarchy<Node>({ children: cells }, ({ children }) => children)
    // Empty files stay visible.
    .sum(({ size, children }) => (children ? 0 : Math.max(1, size ?? 0)))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  return treemap<Node>()
    .size([WIDTH, HEIGHT])(root)
    .leaves()
    .map(({ data, x0, x1, y0, y1 }) => ({
      cell: data as Cell,
      x: (x0 / WIDTH) * 100,
      y: (y0 / HEIGHT) * 100,
      width: ((x1 - x0) / WIDTH) * 100,
      height: ((y1 - y0) / HEIGHT) * 100,
    }));
}

function tileHtml({ cell: { name, status, size }, x, y, width, height }: Tile): Html {
  const label = width < 7 || height < 9 ? "" : markup`<span>${name}</span>${height < 18 ? "" : markup`<span>${bytes(size)}</span>`}`;
  const place = `left:${x.toFixed(2)}%;top:${y.toFixed(2)}%;width:${width.toFixed(2)}%;height:${height.toFixed(2)}%`;
  return markup`<div class="${status}" style="${place}" title="${name}: ${WORDS[status]}, ${bytes(size)}">${label}</div>`;
}
