import { describe, expect, test } from "@jest/globals";
import { lineOf, workflowFile } from "./workflow.js";

describe("the workflow file", () => {
  const REPOSITORY = "acme/fraud-models";
  test.each([
    ["acme/fraud-models/.github/workflows/models.yml@refs/pull/7/merge", ".github/workflows/models.yml"],
    ["acme/fraud-models/.github/workflows/models.yaml@refs/heads/a@b", ".github/workflows/models.yaml"],
    // The workflow of another repository is not in this workspace.
    ["acme/shared/.github/workflows/models.yml@main", undefined],
    ["acme/fraud-models/.github/workflows/../../etc/passwd.yml@main", undefined],
    ["acme/fraud-models/models.yml@main", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s: %s", (GITHUB_WORKFLOW_REF, file) => {
    expect(workflowFile({ GITHUB_WORKFLOW_REF, GITHUB_REPOSITORY: REPOSITORY })).toBe(file);
  });

  test("is unknown if the runner does not name the repository", () => {
    expect(workflowFile({ GITHUB_WORKFLOW_REF: "acme/fraud-models/.github/workflows/models.yml@main" })).toBeUndefined();
  });
});

describe("the line of a gate", () => {
  const workflow = `jobs:
  models:
    steps:
      - uses: acme/lob-registry/action/diff@v1
        with:
          gates: |
            # as good as before
            auc >= base - 0.005
            size <= 200MB
      - uses: acme/lob-registry/action/diff@v1
        with:
          gates: "signature: compatible"
      - uses: acme/lob-registry/action/diff@v1
        with:
          gates: size <= 200MB
`;
  test.each([
    ["auc >= base - 0.005", 8],
    ["signature: compatible", 12],
    // On two lines, so the right one is unknown.
    ["size <= 200MB", undefined],
    ["auc >= base", undefined],
    ["as good as before", undefined],
  ])("%s: %s", (gate, line) => {
    expect(lineOf(workflow, gate)).toBe(line);
    expect(lineOf(workflow.replaceAll("\n", "\r\n"), gate)).toBe(line);
  });
});
