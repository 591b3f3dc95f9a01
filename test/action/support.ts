/** Parses the output of a step, and prepares its files. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** An error annotation. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** The `::error …::` commands in a log, parsed like the runner does. */
export function annotationsOf(log: string): Annotation[] {
  const decode = (text: string): string => text.replace(/%(3A|2C|0D|0A|25)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return [...log.matchAll(/^::error (.*?)::(.*)$/gm)].map(([, properties = "", message = ""]) => {
    const pairs = properties
      .split(",")
      .map((pair) => [pair.slice(0, pair.indexOf("=")), decode(pair.slice(pair.indexOf("=") + 1))] as const);
    const { title = "", file, line } = Object.fromEntries(pairs) as Partial<Record<string, string>>;
    return { title, message: decode(message), ...(file !== undefined && { file }), ...(line !== undefined && { line: Number(line) }) };
  });
}

/** Writes files into a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}
