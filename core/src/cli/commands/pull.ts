/** `lobreg pull`: downloads a version. */
import { resolve } from "node:path";
import { defined } from "../../defined.js";
import { bytes, counted, duration, printable } from "../../format.js";
import { pull as pullVersion } from "../../read/pull.js";
import { checkTarget } from "../../read/target.js";
import { VERSION_HELP, versionArgument } from "../arguments.js";
import { command, flag } from "../command.js";

export const pull = command({
  name: "pull",
  description: "Download a version and verify it (default: LATEST)",
  arguments: [
    ["<lob/model[@version]>", VERSION_HELP],
    ["[target]", "a new or empty folder (default: the model's name)"],
  ],
  options: {
    archive: flag("--archive", "keep the artifact as one file instead of unpacking it"),
    force: flag("-f, --force", "replace an existing target"),
    yanked: flag("--yanked", "pull the version even if it was withdrawn"),
  },
  examples: ["lobreg pull fraud/churn", "lobreg pull fraud/churn@7 models/churn", "lobreg pull fraud/churn@7 --archive"],
  async run(context, [what, path], { archive = false, force = false, yanked = false }) {
    const { lob: name, model, ref } = versionArgument(what, "pull");
    const { io, output } = context;
    const place = { kind: archive ? "file" : "folder", force } as const;
    // Checked before any request, unless the name depends on the LOB: a default archive name ends with the LOB's suffix.
    if (path !== undefined || !archive) await checkTarget(resolve(io.cwd, path ?? model), place);
    const { aws, lob } = await context.lob(name);
    const target = resolve(io.cwd, path ?? (archive ? model + lob.suffix : model));
    const started = io.now();
    const options = {
      target,
      archive,
      force,
      yanked,
      signal: io.signal,
      onProgress: output.progress(),
      onRetry: (message: string) => output.warn({ message }),
    };
    const result = await pullVersion(aws, lob, model, ref, defined(options));
    output.result(
      result,
      () => result.target,
      () => {
        const version = `${result.lob}/${result.model}@${result.version}`;
        const content = archive ? `the artifact, ${bytes(result.size)}` : `${counted(result.files, "file")}, ${bytes(result.bytes)}`;
        const checked = archive ? "sha256" : "sha256 and manifest";
        return [
          `${output.style("green", "pulled")} ${output.style("bold", version)} to ${printable(result.target)}`,
          `  ${content}, verified by ${checked}, in ${duration(io.now() - started)}`,
        ].join("\n");
      },
    );
    return "ok";
  },
});
