/** Many LOBs in one stack, by the component or by hand: what the benchmark compares. ARGS: { count, by }. */
import * as aws from "@pulumi/aws";
import { LineOfBusiness } from "lob-registry";
import { lobByHand, PUBLISHERS } from "./by-hand.ts";

const { count, by } = JSON.parse(process.env.ARGS ?? "{}") as { count: number; by: "component" | "hand" };
const names = Array.from({ length: count }, (_, index) => `lob-${String(index + 1).padStart(2, "0")}`);

if (by === "component") {
  const publishers = PUBLISHERS.map((publisher) => ({
    name: publisher,
    repositories: [{ repository: `acme/${publisher}`, branches: ["main"] }],
  }));
  for (const name of names) new LineOfBusiness(name, { tags: { team: "risk" }, publishers });
} else {
  const { accountId } = await aws.getCallerIdentity();
  const { region } = await aws.getRegion();
  for (const name of names) lobByHand(name, accountId, region);
}
