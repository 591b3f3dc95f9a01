// Fails like the real action: without a role, without a region, and if GitHub gives the job no identity, e.g. for a fork's pull request.
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

const env = process.env;
const role = env["INPUT_ROLE-TO-ASSUME"];
const region = env["INPUT_AWS-REGION"];
if (!role || !/^arn:aws:iam::\d{12}:role\//.test(role)) throw new Error(`no role to assume: ${JSON.stringify(role)}`);
if (!region) throw new Error("Input required and not supplied: aws-region");
if (JSON.parse(env["STAND_IN_PERMISSIONS"] ?? "{}")[env["GITHUB_JOB"] ?? ""]?.["id-token"] !== "write") {
  throw new Error("Credentials could not be loaded: the job has no permission id-token: write");
}
const { pull_request: pull } = JSON.parse(readFileSync(env["GITHUB_EVENT_PATH"] ?? "", "utf8"));
if (env["GITHUB_EVENT_NAME"] === "pull_request" && pull.head.repo?.id !== pull.base.repo.id) {
  throw new Error("Credentials could not be loaded: GitHub gives no identity to a pull request from a fork");
}
const set = { AWS_REGION: region, AWS_DEFAULT_REGION: region, AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };
for (const [name, value] of Object.entries(set)) appendFileSync(env["GITHUB_ENV"] ?? "", `${name}=${value}\n`);
appendFileSync(join(env["STAND_IN_OUT"] ?? "", "roles"), `${role}\n`);
