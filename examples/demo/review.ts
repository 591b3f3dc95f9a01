/** Step: what a pull request would show of a model before it is published. */
import { cp, mkdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../../test/sandbox/python.ts";
import type { Sandbox } from "../../test/sandbox/server.ts";
import { newRun, runStep } from "../../test/support/runner.ts";
import { clientsOf, readObjects } from "../../test/support/state.ts";
import { check, DemoError } from "./checks.ts";
import { MODEL, withoutCommands } from "./models.ts";
import type { Place } from "./read.ts";
import { command, facts, quote } from "./terminal.ts";

const GATES = ["auc >= base - 0.005", "size <= 10MB", "code: none"];
const PAGE = join(ROOT, "build", "demo", "pull-request.html");

/** Compares a folder with LATEST by the Action's bundle, as a pull request's workflow would; leaves the page of the report to be looked at. */
export async function review(sandbox: Sandbox, place: Place, folder: string): Promise<void> {
  const clients = clientsOf(sandbox);
  const state = (): Promise<string> => readObjects(clients, place.bucket).then((all) => JSON.stringify(all));
  const before = await state();
  command(
    `uses: acme/lob-registry/action/diff@v1 with: { lob: ${place.lob}, model: ${MODEL}, path: ${MODEL}, gates: ${GATES.join("; ")} }`,
  );
  const workspace = dirname(folder);
  const { code, outputs, log } = await runStep({
    action: "action/diff",
    inputs: {
      lob: place.lob,
      model: MODEL,
      path: MODEL,
      gates: GATES.join("\n"),
      "report-dir": join(workspace, "report"),
      "check-run": "never",
    },
    run: newRun("pull-request"),
    workspace,
    env: sandbox.env,
  });
  quote(withoutCommands(log));
  if (code !== 0) throw new DemoError(`action/diff ended with exit code ${code}; its log is above`);
  check("the output changed", outputs["changed"], "true");
  check("the output gates-passed", outputs["gates-passed"], "true");
  check("whether the bucket is as it was", (await state()) === before, true);
  const [verdict] = (await readFile(outputs["markdown"] ?? "", "utf8")).split("\n");
  await mkdir(dirname(PAGE), { recursive: true });
  await cp(outputs["html"] ?? "", PAGE);
  facts([
    ["the comment begins", plain(verdict ?? "")],
    ["its page, to look at", relative(ROOT, PAGE)],
  ]);
}

/** Markdown's marks are of no use in a terminal. */
const plain = (markdown: string): string => markdown.replaceAll("**", "").replaceAll("`", "");
