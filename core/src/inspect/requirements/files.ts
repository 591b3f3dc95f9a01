/** Reads the packages that a model needs: pip requirements, conda environments, lock files. */
import { parse } from "smol-toml";
import { Damaged } from "../../bytes/damaged.js";
import { whole } from "../../bytes/source.js";
import type { Findings } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { Warnings, FormatReader } from "../reader.js";
import { decode, isRecord, own, short } from "../text.js";
import { parseYaml } from "../texts/yaml.js";

type Parse = (text: string) => string[];

const reader = (format: string, names: RegExp, parse: Parse): FormatReader => ({
  failed: { format },
  matches: ({ name }) => names.test(name),
  async read(source, _, warnings): Promise<Findings> {
    const found = parse(decode(await whole(source, INSPECT_LIMITS.text)));
    return { format, requirements: bounded(found, warnings) };
  },
});

function bounded(found: readonly string[], warnings: Warnings): string[] {
  const all = [...new Set(found.map((one) => short(withoutSecrets(one))))].sort();
  if (all.length > INSPECT_LIMITS.items) warnings.add(`it names ${all.length} packages; ${INSPECT_LIMITS.items} are kept`);
  return all.slice(0, INSPECT_LIMITS.items);
}

/** An address may have a user and a password in front of its host. */
const withoutSecrets = (requirement: string): string => requirement.replaceAll(/:\/\/[^/\s]*@/g, "://");

/** One a line, with comments, line continuations and options; options say where from, and no package. */
function pip(text: string): string[] {
  return text
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, "")
        .replaceAll(/\s--(hash|global-option|config-settings?)[= ]\S+/g, "")
        .trim(),
    ) // prettier-ignore
    .filter((line) => line !== "" && !line.startsWith("-"))
    .map((line) => line.replaceAll(/\s+/g, " "));
}

/** conda's environment, or MLflow's `python_env.yaml`. */
function conda(text: string): string[] {
  const list = own(parseYaml(text), "dependencies");
  if (!Array.isArray(list)) throw new Damaged("it has no list of dependencies");
  return list.flatMap((entry: unknown) => {
    if (typeof entry === "string") return pip(entry);
    const inner = own(entry, "pip");
    return Array.isArray(inner) ? inner.filter((one) => typeof one === "string").flatMap(pip) : [];
  });
}

/** uv, Poetry and PEP 751 have a table for each package. */
function lock(text: string): string[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    throw new Damaged("it is not TOML");
  }
  const list = own(document, "package") ?? own(document, "packages");
  if (!Array.isArray(list)) throw new Damaged("it has no packages");
  return list.filter(isRecord).flatMap((entry) => {
    const [name, version] = [own(entry, "name"), own(entry, "version")];
    return typeof name === "string" ? [typeof version === "string" ? `${name}==${version}` : name] : [];
  });
}

export const REQUIREMENTS: readonly FormatReader[] = [
  reader("requirements", /^requirements([._-][\w-]+)*\.txt$/, pip),
  reader("conda", /^((conda|environment|env)\.ya?ml|python_env\.yaml)$/, conda),
  reader("lock", /^((uv|poetry)\.lock|pylock(\.[\w-]+)?\.toml)$/, lock),
];
