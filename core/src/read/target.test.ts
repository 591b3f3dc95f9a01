import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as actual from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Disk operations in order, and the operation that must fail. */
const done: string[] = [];
let failing: (operation: string) => boolean = () => false;
let root = "";
const name = (path: unknown): string => relative(root, String(path)).replace(/\.lobreg-\w+/, ".lobreg-x") || ".";

jest.unstable_mockModule("node:fs/promises", () => ({
  ...actual,
  rename: async (from: string, to: string) => {
    const operation = `rename ${name(from)} ${name(to)}`;
    done.push(operation);
    if (failing(operation)) throw Object.assign(new Error("no"), { code: "EIO", syscall: "rename" });
    await actual.rename(from, to);
  },
  open: async (path: string, flags: string) => {
    const file = await actual.open(path, flags);
    const sync = file.sync.bind(file);
    file.sync = () => {
      done.push(`sync ${name(path)}`);
      return sync();
    };
    return file;
  },
}));
const { checkTarget, Workspace } = await import("./target.js");

beforeEach(async () => {
  root = await actual.mkdtemp(join(tmpdir(), "lobreg-target-"));
  done.length = 0;
  failing = () => false;
});
afterEach(() => actual.rm(root, { recursive: true, force: true }));

const target = (): string => join(root, "churn");

async function ready(options: { force?: boolean } = {}): ReturnType<typeof Workspace.create> {
  const workspace = await Workspace.create(target(), 10, { kind: "folder", ...options });
  await actual.mkdir(join(workspace.content, "code"), { recursive: true });
  await actual.writeFile(join(workspace.content, "a.txt"), "a");
  await actual.writeFile(join(workspace.content, "code", "b.txt"), "b");
  return workspace;
}

async function old(): Promise<void> {
  await actual.mkdir(target());
  await actual.writeFile(join(target(), "old.txt"), "old");
}

describe("placing", () => {
  test("flushes every file before the target appears, and then its folder", async () => {
    const workspace = await ready();
    await workspace.place();
    await workspace.dispose();
    const appeared = done.indexOf("rename .churn.lobreg-x/content churn");
    expect(done.slice(0, appeared).sort()).toEqual([
      "sync .churn.lobreg-x/content",
      "sync .churn.lobreg-x/content/a.txt",
      "sync .churn.lobreg-x/content/code",
      "sync .churn.lobreg-x/content/code/b.txt",
    ]);
    expect(done.slice(appeared + 1)).toEqual(["sync ."]);
    expect(await actual.readdir(root)).toEqual(["churn"]);
  });

  test("restores the old target if the new one cannot appear", async () => {
    await old();
    const workspace = await ready({ force: true });
    failing = (operation) => operation === "rename .churn.lobreg-x/content churn";
    await expect(workspace.place()).rejects.toMatchObject({ code: "LOB2009" });
    await workspace.dispose();
    expect(await actual.readdir(root)).toEqual(["churn"]);
    expect(await actual.readdir(target())).toEqual(["old.txt"]);
  });

  test("replaces on request, and removes the old target", async () => {
    await old();
    const workspace = await ready({ force: true });
    await workspace.place();
    await workspace.dispose();
    expect(await actual.readdir(root)).toEqual(["churn"]);
    expect((await actual.readdir(target())).sort()).toEqual(["a.txt", "code"]);
  });

  test("without the request, keeps a target that was created in the meantime", async () => {
    const workspace = await ready();
    await old();
    await expect(workspace.place()).rejects.toMatchObject({ code: "LOB1009" });
    await workspace.dispose();
    expect(await actual.readdir(target())).toEqual(["old.txt"]);
    expect(await actual.readdir(root)).toEqual(["churn"]);
  });

  test("removes the created folders if nothing was placed, as far as they are empty", async () => {
    const workspace = await Workspace.create(join(root, "a", "b", "churn"), 10, { kind: "folder" });
    await actual.writeFile(join(root, "a", "theirs.txt"), "theirs");
    await workspace.dispose();
    expect(await actual.readdir(root)).toEqual(["a"]);
    expect(await actual.readdir(join(root, "a"))).toEqual(["theirs.txt"]);
  });
});

describe("a target is never", () => {
  // Calls only checkTarget, because a mistake here must not delete a folder.
  test.each([
    ["the current folder", "."],
    ["a folder above it", ".."],
    ["the root", "/"],
    ["the home folder", homedir()],
  ])("%s", async (_, path) => {
    for (const kind of ["folder", "file"] as const) {
      await expect(checkTarget(path, { kind, force: true })).rejects.toMatchObject({
        code: "LOB1009",
        hint: expect.stringContaining("Name a new folder in it"),
      });
    }
  });

  test("a link to one of these", async () => {
    await actual.symlink(process.cwd(), join(root, "link"));
    await expect(checkTarget(join(root, "link"), { kind: "folder", force: true })).rejects.toMatchObject({ code: "LOB1009" });
  });

  test("an empty or invalid path", async () => {
    for (const path of ["", "a\0b"]) await expect(checkTarget(path, { kind: "folder" })).rejects.toMatchObject({ code: "LOB1002" });
  });
});

test("a target must not exist, or be an empty folder for a folder", async () => {
  expect(await checkTarget(target(), { kind: "folder" })).toBe(target());
  await actual.mkdir(target());
  expect(await checkTarget(target(), { kind: "folder" })).toBe(target());
  await expect(checkTarget(target(), { kind: "file" })).rejects.toMatchObject({ code: "LOB1009" });
  await actual.writeFile(join(target(), "x"), "x");
  await expect(checkTarget(target(), { kind: "folder" })).rejects.toMatchObject({ code: "LOB1009" });
  expect(await checkTarget(target(), { kind: "folder", force: true })).toBe(target());
});
