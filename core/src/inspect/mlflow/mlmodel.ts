/** MLflow's `MLmodel`: which kinds of model it is, its signature, what wrote it. */
import { Damaged } from "../../bytes/damaged.js";
import { whole } from "../../bytes/source.js";
import type { CodeFinding } from "../../findings/findings.js";
import { INSPECT_LIMITS } from "../../findings/limits.js";
import type { FormatReader } from "../reader.js";
import { decode, isRecord, own, short } from "../text.js";
import { parseYaml } from "../texts/yaml.js";
import { signatureOf } from "./signature.js";
import { defined } from "../../defined.js";

/** Facts that are the same each time the same model is logged; ids and times are not. */
const FACTS = ["mlflow_version", "model_size_bytes", "prompts", "type_hints"] as const;
/** Properties of a flavor that matter in a diff. */
const FLAVOR_FACTS = ["loader_module", "python_version", "serialization_format", "model_class", "code", "data", "env", "python_model"];

export const mlmodel: FormatReader = {
  failed: { format: "mlflow" },
  matches: ({ path, name }) => name === "mlmodel" && /(^|\/)MLmodel$/.test(path),
  async read(source, _, warnings) {
    const model = parseYaml(decode(await whole(source, INSPECT_LIMITS.text)));
    const flavors = own(model, "flavors");
    if (!isRecord(flavors)) throw new Damaged("it has no flavors");
    const properties: [string, string][] = [];
    const put = (key: string, value: unknown): void => {
      if (properties.length >= INSPECT_LIMITS.items || value === undefined || value === null) return;
      properties.push([short(key), short(typeof value === "string" ? value : JSON.stringify(value))]);
    };
    put("flavors", Object.keys(flavors).sort().join(", "));
    for (const fact of FACTS) put(fact, own(model, fact));
    for (const name of Object.keys(flavors).sort()) {
      const flavor = own(flavors, name);
      for (const fact of FLAVOR_FACTS) put(`${name}.${fact}`, own(flavor, fact));
      if (name !== "python_function" && isRecord(flavor)) {
        for (const key of Object.keys(flavor).sort()) if (key.endsWith("_version")) put(`${name}.${key}`, flavor[key]);
      }
    }
    const signature = signatureOf(own(model, "signature"), warnings);
    const code = loaderCode(own(flavors, "python_function"));
    return defined({
      format: "mlflow",
      code,
      signature,
      properties: Object.fromEntries(properties),
    });
  },
};

/** Loading the python_function flavor imports its loader, from the code folder of the model when there is one. */
function loaderCode(flavor: unknown): CodeFinding | undefined {
  const [loader, code] = [own(flavor, "loader_module"), own(flavor, "code")];
  if (typeof loader !== "string") return undefined;
  const known = /^mlflow\.[a-z_.]+$/.test(loader) && (code === undefined || code === null);
  if (known) return undefined;
  const name = short(loader);
  return { kind: "mlflow-loader", imports: [name], unknown: [name], whole: true };
}
