/** Renders metrics before and after, as a table with bars. */
import type { MetricChange } from "../../diff/types.js";
import type { Metrics } from "../../types.js";
import { metricPair, metricValue, percent, signed } from "../../format.js";
import { type Html, markup } from "../../html/tag.js";

const MOST_ROWS = 500;
const WORST_FIRST: readonly MetricChange["verdict"][] = ["worse", "better", "changed", "added", "removed", "same"];
const TONES: Partial<Record<MetricChange["verdict"], string>> = { better: "good", worse: "bad" };

export function metricsCard(metrics: readonly MetricChange[]): Html {
  if (metrics.length === 0) return markup``;
  const rows = [...metrics].sort((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict)).slice(0, MOST_ROWS);
  // Bars of relative change share one scale, so that metrics can be compared with each other.
  const widest = Math.max(...rows.map((row) => Math.abs(relative(row) ?? 0)));
  return markup`<section class="card">
<h3>Metrics</h3>
<figure>
<table class="stack metrics">
<thead><tr><th scope="col">Metric</th><th scope="col">Before → after</th><th scope="col"><span class="sr">Relative change</span></th><th scope="col">Change</th></tr></thead>
<tbody>
${rows.map((row) => metricRow(row, widest))}
</tbody>
</table>
<figcaption>Bars show relative changes: left is a decrease, right an increase. Green is better, red is worse.${more(metrics.length - rows.length)}</figcaption>
</figure>
</section>
`; // prettier-ignore
}

const more = (count: number): string => (count > 0 ? ` ${count} more metrics are not shown.` : "");

function metricRow(one: MetricChange, widest: number): Html {
  const { name, before, after, better, verdict } = one;
  const tone = TONES[verdict] ?? "muted";
  const direction = better === undefined ? "" : better === "higher" ? "higher is better" : "lower is better";
  const share = relative(one);
  return markup`<tr><td><code>${name}</code><small>${direction}</small></td><td class="num">${values(before, after)}</td><td class="bars">${bar(share, widest, tone)}</td><td class="num delta ${tone}">${change(one)}<small>${share === undefined || share === 0 ? "" : signed(percent(share))}</small></td></tr>
`; // prettier-ignore
}

/** Returns the relative change; undefined without a value before, or if that is 0. */
function relative({ before, after }: MetricChange): number | undefined {
  if (before === undefined || after === undefined || before === 0) return undefined;
  const share = (after - before) / Math.abs(before);
  return Number.isFinite(share) ? share : undefined;
}

function values(before: number | undefined, after: number | undefined): Html {
  if (before === undefined || after === undefined)
    return markup`${before === undefined ? markup`<b>${metricValue(after!)}</b>` : metricValue(before)}`;
  if (before === after) return markup`<b>${metricValue(after)}</b>`;
  const pair = metricPair(before, after);
  return markup`${pair.before} → <b>${pair.after}</b>`;
}

function change({ before, after, verdict }: MetricChange): Html {
  if (verdict === "added") return markup`new`;
  if (verdict === "removed") return markup`removed`;
  if (before === after) return markup`same`;
  const text = metricPair(before!, after!).change;
  return markup`${text.startsWith("-") ? "▼" : "▲"} ${text}<span class="sr">, ${verdict}</span>`;
}

/** Renders a bar from the middle to the left or right. */
function bar(share: number | undefined, widest: number, tone: string): Html {
  if (share === undefined || share === 0 || widest === 0) return markup`<div class="axis"></div>`;
  const width = Math.max(1, (Math.abs(share) / widest) * 50).toFixed(1);
  return markup`<div class="axis"><i class="${tone}" style="width:${width}%;${share < 0 ? "right" : "left"}:50%"></i></div>`;
}

/** Renders the metrics of a model that is not compared. */
export function metricValues(metrics: Metrics): Html {
  const rows = Object.entries(metrics).slice(0, MOST_ROWS);
  if (rows.length === 0) return markup``;
  return markup`<section class="card"><h3>Metrics</h3>
<table><thead><tr><th scope="col">Metric</th><th scope="col">Value</th></tr></thead><tbody>
${rows.map(([name, value]) => markup`<tr><td><code>${name}</code></td><td class="num">${metricValue(value)}</td></tr>\n`)}</tbody></table></section>
`; // prettier-ignore
}
