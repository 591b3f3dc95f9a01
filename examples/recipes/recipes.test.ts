import { expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { registryEvent } from "lob-registry-core";
import { versionKey } from "lob-registry-core/layout";
import { endpointPolicy } from "./endpoint-policy.ts";

const page = readFileSync(join(import.meta.dirname, "README.md"), "utf8");
const events = readFileSync(join(import.meta.dirname, "..", "..", "docs", "events.md"), "utf8");

test("the page names every recipe", () => {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  expect(files.filter((name) => !page.includes(`](${name})`))).toEqual([]);
});

test("the shell lines of the documentation and of the workflow read model and version from a key, as the library does", () => {
  const [, shell = ""] = /<!-- test: parse -->\n```sh\n([^]*?)```/.exec(events) ?? [];
  expect(
    shell
      .trim()
      .split("\n")
      .filter((line) => !page.includes(line)),
  ).toEqual([]);
  for (const version of [1, 7, 89, 100_000, 999_999]) {
    const key = versionKey({ bucket: "b", prefix: "a/b", suffix: ".tar.gz", lob: "fraud" }, "a_b-c.d", version);
    const KEY = key;
    const output = execFileSync("bash", ["--norc", "-c", `${shell}\necho "$model $version"`], { env: { KEY }, encoding: "utf8" });
    const event = registryEvent({ type: "published", id: "1", time: "2026-11-12T00:00:00Z", bucket: "b", key })!;
    expect(output.trim()).toBe(`${event.model} ${event.version}`);
    expect(event.version).toBe(version);
  }
});

test("the policy of an endpoint has only allowing statements of its service, each once, for any caller", () => {
  const statement = (action: string, effect = "Allow"): object => ({ Sid: "X", Effect: effect, Action: [action], Resource: ["r"] });
  const role = JSON.stringify({
    Version: "2012-10-17",
    Statement: [statement("s3:GetObject"), statement("dynamodb:GetItem"), statement("kms:Decrypt"), statement("s3:PutObject", "Deny")],
  });
  expect(JSON.parse(endpointPolicy("s3", [role, role]))).toEqual({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["r"], Principal: "*" }],
  });
});
