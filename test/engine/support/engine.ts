/** Stacks on the real engine. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { environmentFor, type Sandbox } from "../../sandbox/server.ts";
import { pulumiEnvironment, type Language, type Prepared } from "./prepare.ts";

/** Everything that setup.mjs prepared. */
export const prepared = JSON.parse(process.env.LOB_REGISTRY_ENGINE ?? '{"missing":"not run by test/engine/jest.config.mjs"}') as Prepared;

export const LANGUAGES: readonly Language[] = ["typescript", "python", "go", "yaml"];
export type Operation = "preview" | "up" | "destroy";

/** Result of an operation. */
export interface Outcome {
  readonly code: number;
  /** All that it wrote. */
  readonly text: string;
  /** Step of the engine per resource name, including the stack and the component. Only for TypeScript programs. */
  readonly steps: readonly Step[];
}

export interface Step {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  /** The provider that the resource has, by its URN and id; empty for components. */
  readonly provider: string;
  /** Properties that differ. */
  readonly diffs: readonly string[];
}

/** A program, and the project that it is part of. */
export interface Program {
  readonly language: Language;
  /** Default: the language's example. TypeScript and Python: a file. YAML: a folder. Go: `wrong`. */
  readonly program?: string;
  /** Arguments that the program reads from ARGS. */
  readonly args?: Readonly<Record<string, unknown>>;
  /** Further options of the Automation API, e.g. `policyPacks`. Only for TypeScript programs. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface StackOptions {
  /** Configuration beside what leads the AWS provider to the sandbox. */
  readonly config?: Readonly<Record<string, string>>;
  /** Whether the default AWS provider is led to the sandbox. Default true; otherwise the program brings a provider. */
  readonly defaultProvider?: boolean;
  /** How long one operation may take, in milliseconds. Default: 400,000, many times what one LOB takes. */
  readonly patience?: number;
}

const PATIENCE = 400_000;

/** A stack `dev` of the project `model-registry`, with a separate state. */
export class Stack {
  readonly #sandbox: Sandbox;
  readonly #folder: string;
  readonly #patience: number;

  private constructor(sandbox: Sandbox, folder: string, patience: number) {
    this.#sandbox = sandbox;
    this.#folder = folder;
    this.#patience = patience;
  }

  static async create(sandbox: Sandbox, { config = {}, defaultProvider = true, patience = PATIENCE }: StackOptions = {}): Promise<Stack> {
    const stack = new Stack(sandbox, await mkdtemp(join(prepared.folder, "stack-")), patience);
    const settings = { ...(defaultProvider && awsConfig(sandbox)), ...config };
    const lines = Object.entries(settings).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}\n`);
    await writeFile(join(stack.#folder, "Pulumi.dev.yaml"), `config:\n${lines.join("")}`);
    // An inline program has no project file.
    await writeFile(join(stack.#folder, "Pulumi.yaml"), "name: model-registry\nruntime: nodejs\n");
    return stack;
  }

  /** Runs a program; a failure of it is an outcome. */
  async run(operation: Operation, program: Program): Promise<Outcome> {
    const events = join(this.#folder, "events");
    await rm(events, { force: true });
    const [command, args, env] = await this.#commandOf(operation, program);
    const { code, text } = await this.#execute(command, args, { ...env, EVENTS: events, OPTIONS: JSON.stringify(program.options ?? {}) });
    return { code, text, steps: await stepsOf(events) };
  }

  /** Runs a program, and throws what it wrote when it fails. */
  async must(operation: Operation, program: Program): Promise<Outcome> {
    const outcome = await this.run(operation, program);
    if (outcome.code !== 0) throw new Error(`${operation} of ${program.language} ended with ${outcome.code}:\n${outcome.text}`);
    return outcome;
  }

  /** Runs a command of the CLI on this stack; a failure of it is an outcome. */
  async command(...args: string[]): Promise<{ code: number; text: string; stdout: string }> {
    return this.#execute("pulumi", [...args, "--stack", "dev", "--non-interactive"], {});
  }

  /** A command of the CLI about this stack; answers its standard output. */
  async pulumi(...args: string[]): Promise<string> {
    const { code, text, stdout } = await this.command(...args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${text}`);
    return stdout;
  }

  /** Takes a state for its own, as `pulumi stack export --show-secrets` gave it. */
  async import(deployment: unknown): Promise<void> {
    const file = join(this.#folder, "state.json");
    await writeFile(file, JSON.stringify(deployment));
    await this.pulumi("stack", "init");
    await this.pulumi("stack", "import", "--file", file);
  }

  async outputs(): Promise<Record<string, string>> {
    return JSON.parse(await this.pulumi("stack", "output", "--json")) as Record<string, string>;
  }

  /** Returns the whole state. Resources and what they depend on are sorted: their order is that of their registration, which varies. */
  async state(): Promise<{ resources?: StateResource[] }> {
    // Secrets in plain text, because each time they are written they are encrypted differently.
    const { deployment } = JSON.parse(await this.pulumi("stack", "export", "--show-secrets")) as {
      deployment: { manifest: unknown; metadata: unknown; resources?: StateResource[] };
    };
    const { manifest, metadata, resources = [], ...state } = deployment;
    const sorted = resources.map(({ dependencies, propertyDependencies, ...resource }) => ({
      ...resource,
      ...(dependencies && { dependencies: [...dependencies].sort() }),
      ...(propertyDependencies && {
        propertyDependencies: Object.fromEntries(
          Object.entries(propertyDependencies).map(([property, urns]) => [property, urns && [...urns].sort()]),
        ),
      }),
    }));
    return { ...state, resources: sorted.sort((a, b) => (a.urn < b.urn ? -1 : 1)) };
  }

  /** Resources of the stack, without the engine's own. */
  async resources(): Promise<StateResource[]> {
    return ((await this.state()).resources ?? []).filter(({ type }) => !type.startsWith("pulumi:"));
  }

  async #commandOf(operation: Operation, { language, program, args }: Program): Promise<[string, string[], Record<string, string>]> {
    const project = join(prepared.projects, language);
    const env = { ARGS: JSON.stringify(args ?? {}) };
    switch (language) {
      case "typescript": {
        const runner = program === undefined ? join(project, "run.mjs") : join(import.meta.dirname, "..", "runners", "run.mjs");
        const flags = ["--disable-warning=ExperimentalWarning", "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON"];
        return [process.execPath, [...flags, runner, operation, program ?? join(project, "index.ts")], env];
      }
      case "python":
        return [
          prepared.python,
          [join(project, "run.py"), operation, program ?? join(project, "__main__.py")],
          { ...env, PYTHONPATH: join(project, "site-packages"), PYTHONDONTWRITEBYTECODE: "1" },
        ];
      case "go":
        return [join(project, "run"), [], { ...env, OPERATION: operation, PROGRAM: program ?? "example" }];
      case "yaml": {
        await writeFile(join(this.#folder, "Pulumi.yaml"), await readFile(join(program ?? project, "Pulumi.yaml")));
        const flags = ["--stack", "dev", "--non-interactive", ...(operation === "preview" ? [] : ["--yes", "--skip-preview"])];
        const init = "pulumi stack select dev --create --non-interactive >/dev/null && exec pulumi";
        return ["sh", ["-c", `${init} ${[operation, ...flags].join(" ")}`], env];
      }
    }
  }

  #execute(command: string, args: readonly string[], env: Record<string, string>): Promise<{ code: number; text: string; stdout: string }> {
    const all = {
      ...environmentFor(this.#sandbox),
      ...pulumiEnvironment(prepared.folder, prepared.path),
      ...this.#sandbox.env,
      PULUMI_BACKEND_URL: pathToFileURL(this.#folder).href,
      ...env,
    };
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, { cwd: this.#folder, env: all, stdio: ["ignore", "pipe", "pipe"] });
      let [text, stdout] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (part: string) => ((text += part), (stdout += part)));
      child.stderr.setEncoding("utf8").on("data", (part: string) => (text += part));
      // A program that never ends, as an inline one may after an error, fails its test without blocking the suite.
      const timer = setTimeout(() => child.kill("SIGKILL"), this.#patience);
      child.once("error", reject);
      child.once("close", (code) => {
        clearTimeout(timer);
        resolve({ code: code ?? -1, text, stdout });
      });
    });
  }
}

/** A resource as the state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly provider?: string;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** URNs. */
  readonly dependencies?: readonly string[];
  /** URNs by property. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
}

/** Last part of a URN: the resource's name. */
export const nameOf = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);

async function stepsOf(events: string): Promise<Step[]> {
  const text = await readFile(events, "utf8").catch(() => "");
  const steps: Step[] = [];
  for (const line of text.split("\n").filter(Boolean)) {
    const { resourcePreEvent } = JSON.parse(line) as {
      resourcePreEvent?: { metadata: { op: string; type: string; urn: string; provider: string; diffs?: string[] } };
    };
    if (resourcePreEvent === undefined) continue;
    const { op, type, urn, provider, diffs } = resourcePreEvent.metadata;
    steps.push({ op, type, name: nameOf(urn), provider, diffs: diffs ?? [] });
  }
  return steps;
}

/** Leads the AWS provider to the sandbox, and keeps it from asking what only real AWS can answer. */
export function awsConfig({ endpoint, region }: Sandbox): Record<string, string> {
  const services = ["s3", "s3control", "dynamodb", "sts", "iam", "kms", "events", "sns", "cloudtrail", "cloudwatch", "logs"];
  return {
    "aws:region": region,
    "aws:accessKey": "test",
    "aws:secretKey": "test",
    "aws:s3UsePathStyle": "true",
    "aws:skipCredentialsValidation": "true",
    "aws:skipMetadataApiCheck": "true",
    "aws:skipRequestingAccountId": "true",
    "aws:maxRetries": "2",
    "aws:endpoints": JSON.stringify([Object.fromEntries(services.map((service) => [service, endpoint]))]),
  };
}
