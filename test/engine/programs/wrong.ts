/** A LOB with many wrong arguments; wrong.py, wrong/Pulumi.yaml and runners/run_test.go have the same. */
import { LineOfBusiness } from "lob-registry";

new LineOfBusiness("fraud", {
  lob: "Fraud!",
  prefix: "/models/",
  protectedAliases: ["pr od"],
  stagingDays: 0,
  kmsKeyArn: "alias/fraud",
  tags: { "aws:team": "risk" },
  publishers: [{ name: "models" }, { name: "nightly", repositories: [{ repository: "fraud-models" }] }],
});
