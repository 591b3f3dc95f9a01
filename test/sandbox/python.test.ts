import { describe, expect, test } from "@jest/globals";
import { findMaker, SandboxError, type Execute } from "./python.ts";

/** A machine on which these commands answer, and no other is found. */
const machine =
  (answers: Record<string, string | Error>): Execute =>
  (command) => {
    const answer = answers[command] ?? Object.assign(new Error(`spawn ${command} ENOENT`), { code: "ENOENT" });
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };

describe("finding a Python", () => {
  test("takes python3 when it is new enough", async () => {
    expect(await findMaker(machine({ python3: "3.10\n", "python3.13": "3.13\n" }))).toMatchObject({ kind: "python", command: "python3" });
  });

  test("takes another when python3 is too old: 3.9 is older than 3.10", async () => {
    expect(await findMaker(machine({ python3: "3.9\n", "python3.12": "3.12\n" }))).toMatchObject({ command: "python3.12" });
  });

  test("passes over one that cannot make environments", async () => {
    const broken = Object.assign(new Error("Command failed"), {
      stderr: "Traceback …\nModuleNotFoundError: No module named 'ensurepip'\n",
    });
    expect(await findMaker(machine({ python3: broken, "python3.11": "3.11\n" }))).toMatchObject({ command: "python3.11" });
  });

  test("takes uv when there is no Python", async () => {
    expect(await findMaker(machine({ uv: "uv 0.9.0" }))).toMatchObject({ kind: "uv" });
  });

  test("says what it looked for, and what each was", async () => {
    const broken = Object.assign(new Error("Command failed"), { stderr: "ModuleNotFoundError: No module named 'ensurepip'\n" });
    const refusal: unknown = await findMaker(machine({ python3: "3.8", python: broken })).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SandboxError);
    const { message } = refusal as SandboxError;
    expect(message).toContain("Python 3.10 or newer");
    expect(message).toContain("python3: is 3.8");
    expect(message).toContain("python3.12: not found");
    expect(message).toContain("python: ModuleNotFoundError: No module named 'ensurepip'");
    expect(message).toContain("uv: not found");
    expect(message).toContain("apt install python3");
  });
});
