// Checks the imports between the rooms of core, and writes them into ARCHITECTURE.md. A room is a folder or a file directly in core/src.
//   node docs/rooms.mjs           writes the table between <!-- rooms --> and <!-- /rooms -->
//   node docs/rooms.mjs --check   fails if the table is stale, a room imports a higher layer, or rooms import each other in a cycle
// Tests and test helpers do not count. Type imports do.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

/** @typedef {Map<string, Map<string, string[]>>} RoomGraph imported rooms of each room, each with the importing files */
/** @typedef {Record<string, Record<string, string>>} Layers descriptions of rooms, by layer and room */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const core = join(root, "core", "src");
const page = join(root, "ARCHITECTURE.md");
const AWS = "AWS SDK";

/**
 * Rooms of core with their descriptions, lowest layer first. A room may import rooms of the same layer and of lower layers.
 *
 * @type {Layers}
 */
export const LAYERS = {
  Values: {
    defined: "drops undefined fields of an object",
    environment: "clock, random source and sleep, which tests control",
    errors: "error codes, each with a hint",
    events: "parser of events that EventBridge delivers",
    explanations: "causes and fix of each error code, for `lobreg explain` and [errors](docs/errors.md)",
    descriptors: "parsers of a version's descriptors: metrics, tags, description",
    findings: "what readers found in a file, as plain values",
    format: "numbers, times and texts for people",
    layout: "every key, table, attribute and index name, with its parser",
    markdown: "escapes outside text in Markdown, and fits Markdown into a size",
    progress: "progress of long work",
    "progress-lines": "progress as log lines",
    release: "version of this release",
    types: "values that rooms pass to each other and to the Action",
  },
  AWS: {
    aws: "AWS clients, and AWS errors in plain words",
    transfer: "uploads, downloads and copies of S3 objects in parts",
  },
  Content: {
    bytes: "bounds-checked cursor over binary data, bounded decompression, lines",
    archive: "packs a folder into a deterministic `.tar.gz`, and unpacks it",
    inspect: "readers of model files, one per format",
    manifest: "manifest of an artifact: writes, reads and limits it",
  },
  Comparison: {
    diff: "difference between two models, from two manifests",
    gates: "[gates](docs/gates.md): a small language, parsed and evaluated",
    html: "parts of HTML pages",
    report: "pull-request report, as data, Markdown and HTML",
  },
  Rows: {
    registry: "all rows: parsers, conditional writes, meaning of each status, recovery",
  },
  Work: {
    aliases: "moves aliases",
    publish: "[publish protocol](docs/publish-protocol.md): pure decisions, with steps around them",
    read: "list, show and pull",
  },
  "Work on several versions": {
    doctor: "[doctor](docs/doctor.md): diagnosis as a pure function, conditional repairs",
    migrate: "takes models of the Python library [into a LOB](docs/migrate.md)",
    numeric: "how far the numbers in tensors moved",
    sides: "opens the two sides of a diff",
  },
  "Entry points": {
    cli: "`lobreg`",
    index: "exports of the npm package",
  },
};

/**
 * Reads the imports between the rooms of a folder.
 *
 * @param {string} folder
 * @returns {RoomGraph}
 */
export function roomsOf(folder) {
  /** @type {RoomGraph} */
  const graph = new Map();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (!file.endsWith(".ts") || file.includes(".test.") || roomOf(file) === "testing") continue;
    const room = roomOf(file);
    const imports = graph.get(room) ?? new Map();
    graph.set(room, imports);
    for (const { fileName } of ts.preProcessFile(readFileSync(join(folder, file), "utf8"), true, true).importedFiles) {
      const imported = fileName.startsWith("@aws-sdk/") ? AWS : roomOf(relative(folder, join(folder, dirname(file), fileName)));
      if ((!fileName.startsWith(".") && imported !== AWS) || imported === room) continue;
      imports.set(imported, [...new Set([...(imports.get(imported) ?? []), file])]);
    }
  }
  return graph;
}

/** @param {string} file relative to the folder of the rooms */
const roomOf = (file) => (file.split(sep)[0] ?? "").replace(/\.[jt]s$/, "");

/**
 * Lists what is wrong: rooms missing from the layers or listed in vain, imports of a higher layer, and cycles.
 *
 * @param {RoomGraph} graph
 * @param {Layers} layers
 * @returns {string[]}
 */
export function roomProblems(graph, layers = LAYERS) {
  const order = Object.values(layers).flatMap((rooms, layer) => Object.keys(rooms).map((room) => /** @type {const} */ ([room, layer])));
  const layerOf = new Map(order);
  const twice = order.filter(([room, layer]) => layerOf.get(room) !== layer).map(([room]) => `${room} is in two layers of docs/rooms.mjs`);
  const unlisted = [...graph.keys()]
    .filter((room) => !layerOf.has(room))
    .map((room) => `core/src/${room} is not in LAYERS of docs/rooms.mjs: add it to a layer, with a description`);
  const gone = [...layerOf.keys()]
    .filter((room) => !graph.has(room))
    .map((room) => `LAYERS of docs/rooms.mjs lists ${room}, but core/src has no such room: remove or rename it`);
  const upward = [...graph].flatMap(([room, imports]) =>
    [...imports]
      .filter(([imported]) => (layerOf.get(imported) ?? 0) > (layerOf.get(room) ?? Infinity))
      .map(
        ([imported, files]) =>
          `${room} imports ${imported}, which is in a higher layer (${files.join(", ")}): move the code, or change LAYERS of docs/rooms.mjs`,
      ),
  );
  return [...twice, ...unlisted, ...gone, ...upward, ...cycles(graph)];
}

/**
 * Lists one cycle for each pair of rooms that import each other, directly or through others.
 *
 * @param {RoomGraph} graph
 */
function cycles(graph) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const start of graph.keys()) {
    const cycle = pathTo(graph, start);
    if (!cycle) continue;
    const first = cycle.indexOf([...cycle].sort()[0] ?? "");
    const rotated = [...cycle.slice(first), ...cycle.slice(0, first)];
    found.add(`these rooms import each other: ${[...rotated, rotated[0]].join(" → ")}; move the code that both sides need`);
  }
  return [...found];
}

/**
 * Returns the shortest cycle through a room, or undefined.
 *
 * @param {RoomGraph} graph
 * @param {string} start
 */
function pathTo(graph, start) {
  const paths = [[start]];
  const seen = new Set();
  for (let path = paths.shift(); path; path = paths.shift()) {
    for (const next of graph.get(path.at(-1) ?? "")?.keys() ?? []) {
      if (next === start) return path;
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}

/**
 * Renders the table of rooms. The column "Knows" leaves out the lowest layer, which every room may import.
 *
 * @param {RoomGraph} graph
 */
export function roomsTable(graph, layers = LAYERS) {
  const [lowest = {}] = Object.values(layers);
  const rows = Object.entries(layers).flatMap(([layer, rooms]) =>
    Object.entries(rooms).map(([room, description]) => {
      const above = [...(graph.get(room)?.keys() ?? [])].filter((imported) => !(imported in lowest)).sort();
      return `| ${layer} | \`${room}\` | ${description} | ${above.join(", ") || "nothing"} |`;
    }),
  );
  return ["| Layer | Room | Content | Knows |", "|---|---|---|---|", ...rows].join("\n");
}

/**
 * Returns ARCHITECTURE.md with this table.
 *
 * @param {string} text
 * @param {string} table
 */
export const withTable = (text, table) =>
  text.replace(/(<!-- rooms[^>]*-->\n)[\s\S]*?(\n<!-- \/rooms -->)/, (_, start, end) => `${start}\n${table}\n${end}`);

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const graph = roomsOf(core);
  const problems = roomProblems(graph);
  const old = readFileSync(page, "utf8");
  const wanted = withTable(old, roomsTable(graph));
  if (!process.argv.includes("--check")) writeFileSync(page, wanted);
  else if (wanted !== old) problems.push("the table of rooms in ARCHITECTURE.md is stale: run `node docs/rooms.mjs` and commit it");
  for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
