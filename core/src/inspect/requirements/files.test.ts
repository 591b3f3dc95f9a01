import { expect, test } from "@jest/globals";
import { found } from "../inspect.test.helper.js";

test("pip: comments, options, hashes and secrets are left out", async () => {
  const text = `# made by hand
numpy==2.4.6 \\
    --hash=sha256:0000
scikit-learn >= 1.9  ; python_version > "3.9"   # newest
--index-url https://user:secret@example.com/simple
-r other.txt
mine @ https://token:secret@example.com/mine.whl
numpy==2.4.6
`;
  expect(await found("requirements.txt", text)).toEqual({
    format: "requirements",
    requirements: ["mine @ https://example.com/mine.whl", "numpy==2.4.6", 'scikit-learn >= 1.9 ; python_version > "3.9"'],
  });
  expect(await found("requirements-dev.txt", "a")).toMatchObject({ requirements: ["a"] });
});

test("conda, and MLflow's python_env.yaml", async () => {
  const conda =
    "channels: [conda-forge]\ndependencies:\n- python=3.11.7\n- pip<=23\n- pip:\n  - mlflow==3.4.0\n  - numpy==2.4.6 # x\nname: env\n";
  expect(await found("conda.yaml", conda)).toEqual({
    format: "conda",
    requirements: ["mlflow==3.4.0", "numpy==2.4.6", "pip<=23", "python=3.11.7"],
  });
  expect(await found("python_env.yaml", "python: 3.11\ndependencies:\n- -r requirements.txt\n- a==1")).toMatchObject({
    requirements: ["a==1"],
  });
  expect(await found("conda.yaml", "name: x")).toMatchObject({ warnings: ["it cannot be read: it has no list of dependencies"] });
});

test("lock files", async () => {
  const lock = 'version = 1\n[[package]]\nname = "numpy"\nversion = "2.4.6"\n[[package]]\nname = "mine"\nsource = { editable = "." }\n';
  for (const name of ["uv.lock", "poetry.lock"])
    expect(await found(name, lock)).toEqual({ format: "lock", requirements: ["mine", "numpy==2.4.6"] });
  expect(await found("pylock.toml", '[[packages]]\nname = "a"\nversion = "1"')).toMatchObject({ requirements: ["a==1"] });
  expect(await found("uv.lock", "[[")).toMatchObject({ warnings: ["it cannot be read: it is not TOML"] });
  expect(await found("uv.lock", `a = ${"[".repeat(100_000)}`)).toMatchObject({ warnings: ["it cannot be read: it is not TOML"] });
});

test("an endless list", async () => {
  const text = Array.from({ length: 1_500 }, (_, i) => `p${i}`).join("\n");
  const findings = await found("requirements.txt", text);
  expect(findings.requirements).toHaveLength(1_000);
  expect(findings.warnings).toEqual(["it names 1500 packages; 1000 are kept"]);
});
