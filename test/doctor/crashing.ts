/** Simulates a publisher that dies at one of its requests: none of its later requests reaches AWS. */
import type { Aws } from "lob-registry-core";

export interface Death {
  /** Number of the request, from 1. */
  readonly at: number;
  /** Whether the server still executes that request, and only its answer is lost. */
  readonly answerLost: boolean;
}

export interface Dying {
  readonly aws: Aws;
  /** Resolves after the death, with the request at which it happened. */
  readonly dead: Promise<string>;
  /** All requests so far. */
  readonly requests: readonly string[];
}

/** Not an AWS error, so that the SDK does not retry. */
const KILLED = "killed";

/** Creates clients that die. Without a death they only record requests. */
export function dying(aws: Aws, death?: Death): Dying {
  const requests: string[] = [];
  let die: (request: string) => void;
  let isDead = false;
  const dead = new Promise<string>((resolve) => (die = resolve));
  const mortal = <Client extends { send: unknown }>(client: Client): Client => {
    const send = (client.send as (...args: unknown[]) => Promise<unknown>).bind(client);
    return new Proxy(client, {
      get(target, name) {
        if (name !== "send") return Reflect.get(target, name, target) as unknown;
        return async (command: { constructor: { name: string }; input: object }, ...rest: unknown[]) => {
          if (isDead) throw new Error(KILLED);
          requests.push(describe(command));
          if (requests.length !== death?.at) return send(command, ...rest);
          isDead = true;
          if (death.answerLost) await send(command, ...rest).catch(() => undefined);
          die(requests.at(-1)!);
          throw new Error(KILLED);
        };
      },
    });
  };
  return { aws: { ...aws, s3: mortal(aws.s3), dynamodb: mortal(aws.dynamodb) }, dead, requests };
}

/** Describes the target of a request, without parts that differ from run to run. */
function describe({ constructor, input }: { constructor: { name: string }; input: object }): string {
  const { Key, Prefix, TransactItems } = input as { Key?: unknown; Prefix?: string; TransactItems?: object[] };
  const about = TransactItems
    ? TransactItems.map((item) => short(hashOf(Object.values(item)[0] as { Key?: Item; Item?: Item }))).join(", ")
    : short(typeof Key === "string" ? Key : (Prefix ?? hashOf({ Key: Key as Item })));
  return `${constructor.name.replace(/Command$/, "")} ${about}`;
}

type Item = Readonly<Record<string, { S?: string }>>;

function hashOf({ Key, Item }: { Key?: Item; Item?: Item }): string {
  const item = Key ?? Item ?? {};
  return item["url"]?.S ?? item["namespace"]?.S ?? "";
}

function short(name: string): string {
  if (name.startsWith("digest://")) return "digest";
  if (name.startsWith("key://")) return "key";
  if (name.startsWith("ml-staging/")) return "staging";
  if (name.includes("/manifests/")) return "manifest";
  if (name.endsWith("/versions/")) return "versions";
  const number = /versions\/\d+_(\w+)\.tar\.gz$/.exec(name)?.[1];
  if (number !== undefined) return `${name.startsWith("s3://") ? "row" : "object"} ${number.replace(/^0+/, "")}`;
  return name.includes("/") ? "model" : "LOB";
}
