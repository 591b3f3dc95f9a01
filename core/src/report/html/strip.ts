/** Renders all tensors of the newer model in their order, coloured by status. */
import { missedIt } from "../../diff/sections.js";
import type { Diff, TensorCell } from "../../diff/types.js";
import { counted, integer, percent } from "../../format.js";
import { type Html, markup } from "../../html/tag.js";

const STATUSES = ["changed", "added", "renamed", "same"] as const;
const WORDS = { changed: "changed", added: "added", renamed: "renamed", same: "unchanged" } as const;

export function tensorStrip({ tensors, overview }: Diff): Html {
  const { each, cells } = overview?.tensors ?? { each: 1, cells: [] };
  if (cells.length === 0) return markup``;
  const known = knowledge(tensors, each);
  const totals = STATUSES.map((status) => [status, cells.reduce((sum, cell) => sum + (cell[status] ?? 0), 0)] as const);
  const words = [
    ...totals.flatMap(([status, count]) => (count > 0 ? [`${integer(count)} ${WORDS[status]}`] : [])),
    ...(tensors.removed.count > 0 ? [`${integer(tensors.removed.count)} removed`] : []),
  ].join(", ");
  const heat = [...known.values()].some(({ relative }) => relative !== undefined);
  return markup`<figure>
<ul class="legend">${totals.flatMap(([status, count]) => (count > 0 ? [markup`<li><i class="${status}"></i>${integer(count)} ${WORDS[status]}</li>`] : []))}${tensors.removed.count > 0 ? markup`<li><i class="removed"></i>${integer(tensors.removed.count)} removed</li>` : ""}</ul>
<div class="strip${cells.length > 80 ? " many" : ""}" role="img" aria-label="Tensors in the order of the files: ${words}">${cells.map((cell, i) => square(cell, known.get(i)))}</div>
<figcaption>Tensors of the newer model in the order of the files${each > 1 ? `, ${integer(each)} per square` : ""}.${heat ? " The stronger the colour, the further the numbers moved." : ""}</figcaption>
</figure>
`; // prettier-ignore
}

/** Details of the listed changes in one square. */
interface Known {
  readonly names: string[];
  relative?: number;
}

function knowledge(tensors: Diff["tensors"], each: number): Map<number, Known> {
  const squares = new Map<number, Known>();
  const add = (index: number | undefined, words: string, relative?: number): void => {
    if (index === undefined) return;
    const place = Math.floor(index / each);
    const known: Known = squares.get(place) ?? { names: [] };
    if (known.names.length < 5) known.names.push(words);
    if (relative !== undefined) known.relative = Math.max(known.relative ?? 0, relative);
    squares.set(place, known);
  };
  for (const { after, numeric } of tensors.changed.items) {
    const relative = numeric && !missedIt(numeric) ? numeric.relative : undefined;
    add(after.index, `${after.name}: changed${relative === undefined ? "" : `, moved by ${percent(relative)}`}`, relative);
  }
  for (const { index, name } of tensors.added.items) add(index, `${name}: added`);
  for (const { after, before } of tensors.renamed.items) add(after.index, `${after.name}: was ${before.name}`);
  return squares;
}

function square(cell: TensorCell, known: Known | undefined): Html {
  const count = STATUSES.reduce((sum, status) => sum + (cell[status] ?? 0), 0);
  // Even a single change determines the colour of a square.
  const changes = (["changed", "added", "renamed"] as const).filter((one) => (cell[one] ?? 0) > 0);
  const shown = changes.sort((a, b) => cell[b]! - cell[a]!)[0] ?? "same";
  const title = known?.names.join("; ") ?? `${counted(count, "tensor")} ${WORDS[shown]}`;
  if (shown !== "changed") return markup`<i class="${shown}" title="${title}"></i>`;
  const strength = known?.relative === undefined ? 0.35 + 0.65 * ((cell.changed ?? 0) / count) : heatOf(known.relative);
  return markup`<i class="heat" style="--i:${Math.round(100 * strength)}%" title="${title}"></i>`;
}

/** Maps relative changes from 0.0001 to 1 to the strength of the colour, on a logarithmic scale. */
const heatOf = (relative: number): number => 0.25 + 0.75 * Math.min(1, Math.max(0, (Math.log10(relative) + 4) / 4));
