/** A publish that dies at one of its requests, in this process: from then on nothing of it reaches AWS, and it ends. */
import type { Aws } from "lob-registry-core";

export interface Death {
  /** Number of the request, from 1. */
  readonly at: number;
  /** Whether the server still does that request, and only its answer is lost. */
  readonly answerLost: boolean;
}

export interface Dying {
  readonly aws: Aws;
  /** Resolves when it is dead, with the request at which it died. */
  readonly dead: Promise<string>;
  /** Every request so far. */
  readonly requests: readonly string[];
}

/** Not an error of AWS, so that nothing is tried again. */
const KILLED = "killed";

/** Clients that die. Without a death they only keep what they were asked. */
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

/** Returns the target of a request, without parts that differ from run to run. */
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
