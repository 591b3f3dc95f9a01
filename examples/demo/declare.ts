/** Step in which the example program of the component declares the line of business. */
import { catalogTableCandidates, CATALOG_HASH_KEY, LAYOUT_VERSION, lobNamespace } from "lob-registry-core/layout";
import { join, relative } from "node:path";
import { deploy } from "../../test/sandbox/deploy/deploy.ts";
import { ROOT } from "../../test/sandbox/python.ts";
import type { Sandbox } from "../../test/sandbox/server.ts";
import { clientsOf, readRow } from "../../test/support/state.ts";
import { check } from "./checks.ts";
import type { Engine } from "./engine.ts";
import type { Place } from "./read.ts";
import { facts, note } from "./terminal.ts";

const LOB = "fraud";
const PROGRAM = join(ROOT, "examples", "typescript", "index.ts");

/** Declares the LOB and returns its location from its row in the catalog. */
export async function declare(sandbox: Sandbox, engine: Engine | undefined): Promise<Place> {
  const made = await (engine ? declareByEngine(engine, sandbox) : declareWithoutEngine(sandbox));
  const [catalogTable = ""] = catalogTableCandidates(LOB);
  const row = await readRow(clientsOf(sandbox), catalogTable, { [CATALOG_HASH_KEY]: lobNamespace(LOB) });
  check("the layout version of the LOB's row", row?.layoutVersion, LAYOUT_VERSION);
  const place: Place = {
    lob: LOB,
    catalogTable,
    registryTable: String(row?.registryTable),
    bucket: String(row?.bucket),
    prefix: String(row?.prefix),
    suffix: String(row?.suffix),
  };
  facts([
    ["made", `${made} resources`],
    ["bucket", place.bucket],
    ["tables", `${place.catalogTable}, ${place.registryTable}`],
  ]);
  return place;
}

async function declareWithoutEngine(sandbox: Sandbox): Promise<number> {
  note(`by ${relative(ROOT, PROGRAM)}, deployed without an engine (use the Pulumi CLI with --engine)`);
  const { resources } = await deploy(sandbox, { program: PROGRAM, project: "model-registry", stack: "demo" });
  return resources.length;
}

async function declareByEngine(engine: Engine, sandbox: Sandbox): Promise<number> {
  note(`by ${relative(ROOT, PROGRAM)}, deployed by the Pulumi CLI ${engine.version}`);
  note("(its AWS plugin waits a minute after making the lifecycle rules)");
  let made = 0;
  await engine.up(PROGRAM, sandbox, (type, name) => {
    made++;
    note(`+ ${name} (${type.slice(type.lastIndexOf(":") + 1)})`);
  });
  return made;
}
