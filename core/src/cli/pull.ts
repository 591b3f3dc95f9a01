/** `lobreg pull`: a version onto the disk. */
import { resolve } from "node:path";
import { pull } from "../read/pull.js";
import { checkTarget } from "../read/target.js";
import { versionArgument, type Context } from "./command.js";
import { bytes, counted, duration, printable } from "../format.js";

export interface PullCommandOptions {
  readonly archive?: boolean;
  readonly force?: boolean;
  readonly yanked?: boolean;
}

export async function pullCommand(context: Context, what: string, path: string | undefined, options: PullCommandOptions): Promise<void> {
  const { lob: name, model, ref } = versionArgument(what, "pull");
  const { io, output } = context;
  const archive = options.archive ?? false;
  const force = options.force ?? false;
  const place = { kind: archive ? "file" : "folder", force } as const;
  // What is named is looked at before AWS is asked for anything; the name of an archive's file depends on the LOB.
  if (path !== undefined || !archive) await checkTarget(resolve(io.cwd, path ?? model), place);
  const { aws, lob } = await context.lob(name);
  const target = resolve(io.cwd, path ?? (archive ? model + lob.suffix : model));
  const started = io.now();
  const onProgress = output.progress();
  const result = await pull(aws, lob, model, ref, {
    target,
    archive,
    force,
    yanked: options.yanked ?? false,
    signal: io.signal,
    ...(onProgress && { onProgress }),
    onRetry: (message) => output.warn({ message }),
  });
  output.result(
    result,
    () => result.target,
    () => {
      const version = `${result.lob}/${result.model}@${result.version}`;
      const what = archive ? `its artifact of ${bytes(result.size)}` : `${counted(result.files, "file")}, ${bytes(result.bytes)}`;
      const checked = archive ? "sha256" : "sha256 and manifest";
      return [
        `${output.style("green", "pulled")} ${output.style("bold", version)} to ${printable(result.target)}`,
        `  ${what}, verified by ${checked}, in ${duration(io.now() - started)}`,
      ].join("\n");
    },
  );
}
