// Runs a program of TypeScript or JavaScript as an inline program of the Automation API, in the folder of a project:
//   node run.mjs preview|up|destroy PROGRAM
// What the engine says goes to the terminal; the events, one to a line, to the file that EVENTS names.
import { appendFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";

const [operation = "", program = ""] = process.argv.slice(2);
const options = {
  onOutput: (/** @type {string} */ text) => void process.stdout.write(text),
  onEvent: (/** @type {object} */ event) => {
    if (process.env["EVENTS"]) appendFileSync(process.env["EVENTS"], `${JSON.stringify(event)}\n`);
  },
  ...JSON.parse(process.env["OPTIONS"] ?? "{}"),
};
const stack = await LocalWorkspace.createOrSelectStack(
  {
    projectName: process.env["PROJECT"] ?? "model-registry",
    stackName: "dev",
    program: async () => {
      const exported = { ...(await import(pathToFileURL(program).href)) };
      // A CommonJS program's exports come a second time, as a whole, under these names.
      for (const whole of ["default", "module.exports"]) delete exported[whole];
      return exported;
    },
  },
  { workDir: process.cwd() },
);
try {
  if (operation === "preview") await stack.preview(options);
  else if (operation === "up") await stack.up(options);
  else if (operation === "destroy") await stack.destroy(options);
  else throw new Error(`no operation ${operation}`);
} catch (error) {
  // It is the engine's own words, which have been written already, with the command before them.
  process.stderr.write(`${String(error).split("\n")[0]}\n`);
  process.exitCode = 1;
}
