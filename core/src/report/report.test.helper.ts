/** Generates reports for tests, with names that try to inject markup. Not part of the package. */
import fc from "fast-check";
import type { DescribedModel, Diff, MetricChange } from "../diff/types.js";
import type { GateResult } from "../diff/gate-result.js";
import type { Code, Column } from "../findings/findings.js";
import type { ModelReport, Report } from "./types.js";

export const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</summary></details><h1>",
  "</code></pre></td></table>",
  "</title></svg><script>alert(1)</script>",
  '"><a href="https://evil.example">x</a>',
  "' onload='alert(1)",
  "@octocat @acme/team",
  "#123 GH-123 acme/lob#4",
  "`@everyone` ``` @x",
  "````",
  "\\`@x\\`",
  "a|b\\|c",
  "line\n\n# heading\n- item\r\n| x |",
  "<!-- hidden",
  "--> shown",
  "[x](javascript:alert(1)) ![i](https://evil.example/x.png)",
  "https://evil.example www.evil.example me@evil.example",
  "**bold** _em_ ~~gone~~ :tada: $x$",
  "\u202eright to left\u200b\u2066",
  "&lt;b&gt; &#64;octocat &amp;",
  "\u001b[31mred\u0000",
  "]]></style>",
  "x".repeat(500),
  "\ud83d",
  "",
  " ",
];

/** Any text that a file of a model may contain. */
export const nasty = (max = 500): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
      { weight: 2, arbitrary: fc.array(fc.constantFrom(...HOSTILE, "`", "|", "<", ">", "@", "#", "\n", "\\", "a"), { maxLength: 4 }).map((parts) => parts.join("")) }, // prettier-ignore
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
    )
    .map((text) => text.slice(0, max));

const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer());
const count = fc.nat({ max: 100_000 });
const sha256 = fc.constant("ab".repeat(32));
const optional = <T, K extends string>(key: K, arbitrary: fc.Arbitrary<T>) =>
  fc.option(arbitrary, { nil: undefined }).map((value) => (value === undefined ? {} : { [key]: value }) as Partial<Record<K, T>>);
/** Records with optional fields. */
const merged = <A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>): fc.Arbitrary<A & B> =>
  fc.tuple(a, b).map(([one, two]) => ({ ...one, ...two }));
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { maxLength: 4 });
const listed = <T>(item: fc.Arbitrary<T>) =>
  fc.tuple(few(item), fc.constantFrom(0, 7, 9_000)).map(([items, more]) => ({ count: items.length + more, items }));
const change = <T>(value: fc.Arbitrary<T>) => fc.record({ before: value, after: value });

const column: fc.Arbitrary<Column> = merged(
  fc.record({ type: nasty(), required: fc.boolean() }),
  merged(optional("name", nasty()), merged(optional("default", nasty()), optional("shape", fc.constant([-1, 3])))),
);
const code: fc.Arbitrary<Code> = fc.record({ kind: nasty(40), imports: few(nasty()), unknown: few(nasty()), whole: fc.boolean() });
const signature = fc.record({ inputs: few(column), outputs: few(column) });

const described: fc.Arbitrary<DescribedModel> = merged(
  fc.record({
    name: nasty(),
    treeDigest: sha256,
    files: count,
    contentBytes: count,
    summary: merged(
      fc.record({
        formats: fc.dictionary(nasty(40), count, { maxKeys: 4 }),
        tensorCount: count,
        parameters: count,
        code: few(fc.record({ kind: nasty(40), files: count, unknown: few(nasty()), whole: fc.boolean() })),
        warnings: few(fc.record({ path: nasty(), warning: nasty() })),
      }),
      merged(optional("signature", signature), merged(optional("requirements", few(nasty())), optional("properties", fc.dictionary(nasty(), nasty(), { maxKeys: 4 })))), // prettier-ignore
    ),
  }),
  optional("metrics", fc.dictionary(nasty(), number, { maxKeys: 4 })),
);

const listedFile = fc.record({ path: nasty(), mode: fc.constantFrom(0o644, 0o755), size: count, sha256 });
const placedTensor = fc.record({ path: nasty(), name: nasty(), dtype: nasty(), shape: few(fc.nat()) });
const metricChange: fc.Arbitrary<MetricChange> = fc.oneof(
  fc.record({ name: nasty(), before: number, after: number, verdict: fc.constantFrom("better", "worse", "same", "changed") }),
  fc.record({ name: nasty(), after: number, verdict: fc.constant("added") }),
  fc.record({ name: nasty(), before: number, verdict: fc.constant("removed") }),
);
const lines = listed(nasty());

export const diffs: fc.Arbitrary<Diff> = merged(
  fc.record({
    different: fc.boolean(),
    before: described,
    after: described,
    files: fc.record({ added: listed(listedFile), removed: listed(listedFile), changed: listed(change(listedFile)), renamed: listed(change(listedFile)) }), // prettier-ignore
    tensors: fc.record({
      added: listed(placedTensor),
      removed: listed(placedTensor),
      changed: listed(fc.record({ before: placedTensor, after: placedTensor, shape: fc.boolean(), dtype: fc.boolean() })),
      renamed: listed(change(placedTensor)),
      tensorCount: change(count),
      parameters: change(count),
    }),
    metrics: few(metricChange),
    requirements: few(fc.record({ name: nasty(), before: nasty(), after: nasty() })),
    code: few(fc.record({ path: nasty(), before: code, after: code, newImports: few(nasty()) })),
    cards: few(fc.record({ path: nasty(), added: lines, removed: lines })),
    properties: listed(fc.record({ path: nasty(), property: nasty(), before: nasty(), after: nasty() })),
  }),
  optional(
    "signature",
    fc.record({
      breaking: fc.boolean(),
      columns: few(fc.record({ part: fc.constantFrom("inputs" as const, "outputs" as const, "params" as const), column: nasty(), before: column, after: column, breaking: fc.boolean(), what: nasty() })), // prettier-ignore
    }),
  ),
);

const named = { lob: fc.constantFrom("fraud", "credit-risk"), model: fc.constantFrom("churn", "a_b_c", "x.".repeat(50)) };
export const gateResults: fc.Arbitrary<GateResult> = fc.record({
  gate: nasty(),
  outcome: fc.constantFrom("passed", "failed", "skipped", "unknown"),
  reason: nasty(),
});

const models: fc.Arbitrary<ModelReport> = fc.oneof(
  fc.record({
    kind: fc.constant("compared"),
    ...named,
    base: fc.record({ kind: fc.constant("version"), version: fc.integer({ min: 1, max: 999_999 }), ref: fc.oneof(fc.constant("LATEST"), nasty(200)) }), // prettier-ignore
    candidate: described,
    diff: diffs,
    gates: few(gateResults),
  }),
  fc.record({
    kind: fc.constant("compared"),
    ...named,
    base: fc.oneof(fc.record({ kind: fc.constant("none") }), fc.record({ kind: fc.constant("unknown"), reason: nasty() })),
    candidate: described,
    gates: few(gateResults),
  }),
  fc.record({ kind: fc.constant("failed"), ...named, code: fc.constant("LOB1004"), message: nasty(), hint: nasty() }),
);

/** Generates reports. @param most number of models */
export const reports = (most: number): fc.Arbitrary<Report> =>
  merged(
    fc.record({ schema: fc.constant(1), createdBy: nasty(200), models: fc.array(models, { maxLength: most }) }),
    optional("commit", fc.constant("0123456789".repeat(4))),
  );
