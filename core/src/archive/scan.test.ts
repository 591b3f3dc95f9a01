import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createServer } from "node:net";
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { chmod, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { failure, inChild, makeTree, python, run, sha256, toArray, workFolder, type Content } from "./archive.test.helper.js";
import { scanTree, type ScanOptions } from "./scan.js";
import { assertProperty } from "../testing/property.js";

let work: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  work = await workFolder();
});
afterEach(() => work.remove());

const folder = (files: Readonly<Record<string, Content>>): Promise<string> => makeTree(work.fresh(), files);

/** The paths that a scan finds. */
async function pathsOf(root: string, options: ScanOptions = {}): Promise<string[]> {
  const tree = await scanTree(root, options);
  try {
    return (await toArray(tree.entries())).map(({ path }) => path);
  } finally {
    await tree.close();
  }
}

describe("what nobody means to publish", () => {
  const KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n";
  const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;

  const refused = async (files: Readonly<Record<string, Content>>): Promise<{ message: string; hint: string }> => {
    const { message, hint } = await failure(pathsOf(await folder({ "model.bin": "x", ...files })), "LOB1006");
    return { message, hint: hint! };
  };

  test("version control and caches are left out at any depth, and reported", async () => {
    const root = await folder({
      ".git/config": "[core]",
      "code/.git": "gitdir: ../x",
      ".hg/store": "x",
      "a/.svn/entries": "x",
      "a/__pycache__/m.pyc": "x",
      ".ipynb_checkpoints/n.ipynb": "x",
      "a/.DS_Store": "x",
      ".cache/huggingface/download/x.lock": "x",
      ".cache/other": "kept",
      ".gitattributes": "kept",
      "model.bin": "weights",
    });
    expect(await pathsOf(root)).toEqual([".cache/other", ".gitattributes", "model.bin"]);
    const tree = await scanTree(root);
    await tree.close();
    expect(tree.leftOut).toEqual([
      ".cache/huggingface/",
      ".git/",
      ".hg/",
      ".ipynb_checkpoints/",
      "a/.DS_Store",
      "a/.svn/",
      "a/__pycache__/",
      "code/.git",
    ]);
  });

  test.each([".env", ".ENV", ".env.local", ".envrc", "deploy/.aws/credentials", ".ssh/config", ".netrc"])(
    "%s is refused, with the two lines that help",
    async (path) => {
      const named = path.replace(/\/(credentials|config)$/, "");
      const { message, hint } = await refused({ [path]: "secret" });
      expect(message).toContain(`"${named}" has a name of files with credentials`);
      expect(hint).toContain(`the line \`/${named}\` leaves "${named}" out, \`!/${named}\` packs it`);
      for (const [line, packed] of [
        [`/${named}`, false],
        [`!/${named}`, true],
      ] as const) {
        // prettier-ignore
        const root = await folder({ "model.bin": "x", [path]: "secret", ".lobignore": `${line}\n` });
        expect((await pathsOf(root)).includes(path)).toBe(packed);
      }
    },
  );

  test("an example of .env is packed", async () => {
    expect(await pathsOf(await folder({ ".env.example": "TOKEN=" }))).toEqual([".env.example"]);
  });

  test.each([
    ["RSA", KEY],
    ["OpenSSH", KEY.replaceAll("RSA", "OPENSSH")],
    ["PKCS #8", KEY.replaceAll("RSA ", "")],
    ["encrypted PKCS #8", KEY.replaceAll("RSA", "ENCRYPTED")],
    ["PGP", KEY.replaceAll("RSA PRIVATE KEY", "PGP PRIVATE KEY BLOCK")],
    ["a byte order mark and blank lines before it", `\ufeff\n\n${KEY}`],
  ])("a private key is refused whatever its name: %s", async (_, key) => {
    const { message, hint } = await refused({ "weights.bin": key });
    expect(message).toContain('"weights.bin" holds a private key');
    expect(hint).toContain("`!/weights.bin` packs it");
    const root = await folder({ "weights.bin": key, ".lobignore": "!/weights.bin" });
    expect(await pathsOf(root)).toEqual(["weights.bin"]);
  });

  test("a certificate, a public key and a text about keys are packed", async () => {
    const root = await folder({
      "ca.pem": KEY.replaceAll("RSA PRIVATE KEY", "CERTIFICATE"),
      "id.pub": KEY.replaceAll("PRIVATE", "PUBLIC"),
      "README.md": `A key begins with\n${KEY}`,
    });
    expect(await pathsOf(root)).toEqual(["README.md", "ca.pem", "id.pub"]);
  });

  test("an LFS pointer is refused even if .lobignore asks for it, and the hint says how to fetch the file", async () => {
    const { message, hint } = await refused({ "weights.safetensors": POINTER, ".lobignore": "!/weights.safetensors" });
    expect(message).toContain('"weights.safetensors" is a Git LFS pointer, not the file itself');
    expect(hint).toBe("Fetch the files of Git LFS: `lfs: true` at actions/checkout, or `git lfs pull`.");
    const about = `${POINTER}${"This is how a pointer looks. ".repeat(50)}`;
    expect(await pathsOf(await folder({ "about.txt": about }))).toEqual(["about.txt"]);
  });

  test("all of them are named at once, and each hint names its entries", async () => {
    const { message, hint } = await refused({ ".env": "x", "a[1].pem": KEY, "w.bin": POINTER, "z.bin": POINTER });
    for (const path of [".env", "a[1].pem", "w.bin", "z.bin"]) expect(message).toContain(`"${path}"`);
    expect(hint).toContain('`/.env` leaves ".env" out');
    expect(hint).toContain('`/a\\[1\\].pem` leaves "a[1].pem" out');
    expect(hint.match(/git lfs pull/g)).toHaveLength(1);
  });

  test("names that Windows cannot hold are warned about", async () => {
    const tree = await scanTree(await folder({ "a:b.bin": "x", "dir/aux.txt": "x", "ok.bin": "x" }));
    await tree.close();
    expect(tree.warnings).toEqual([
      { path: "a:b.bin", warning: 'has the name "a:b.bin", which Windows cannot hold' },
      { path: "dir/aux.txt", warning: 'has the name "aux.txt", which Windows cannot hold' },
    ]);
  });
});

describe("links out of the folder", () => {
  const snapshot = async (): Promise<string> => {
    const root = await folder({ "blobs/abc": "weights", "secret/key": "x" });
    await makeTree(join(root, "snapshots/1"), { "model.safetensors": { link: "../../blobs/abc" } });
    return root;
  };

  test("are followed into a folder that is named, as in a Hugging Face snapshot", async () => {
    const root = await snapshot();
    expect(await pathsOf(join(root, "snapshots/1"), { followTo: [join(root, "blobs")] })).toEqual(["model.safetensors"]);
  });

  test("are refused elsewhere, with a hint that names the entry and the option", async () => {
    const root = await snapshot();
    symlinkSync("../../secret/key", join(root, "snapshots/1/other.bin"));
    const { message, hint } = await failure(pathsOf(join(root, "snapshots/1"), { followTo: [join(root, "blobs")] }), "LOB1006");
    expect(message).toContain('"other.bin" is a symbolic link to "../../secret/key", which is outside the folder');
    expect(hint).toMatch(/^Pack the target of "other\.bin": .*--follow-links-to FOLDER/);
    const { hint: all } = await failure(pathsOf(join(root, "snapshots/1"), { follow: true }), "LOB1006");
    expect(all).toContain('"model.safetensors", "other.bin"');
  });

  test("need a folder that exists", async () => {
    const root = await snapshot();
    for (const name of ["blob", "blobs/abc"])
      await failure(pathsOf(join(root, "snapshots/1"), { followTo: [join(root, name)] }), "LOB1004");
  });
});

describe("the result of a scan", () => {
  test("is every file with mode, size, hash and place in the tar, and the totals", async () => {
    const root = await folder({ "b.txt": "bb", "a/run": { mode: 0o750, content: "#!" }, "a/empty": "" });
    const tree = await scanTree(root);
    expect(await toArray(tree.entries())).toEqual([
      { path: "a/empty", mode: 0o644, size: 0, sha256: sha256(""), offset: 512 },
      { path: "a/run", mode: 0o755, size: 2, sha256: sha256("#!"), offset: 1024 },
      { path: "b.txt", mode: 0o644, size: 2, sha256: sha256("bb"), offset: 2048 },
    ]);
    expect(await toArray(tree.entries())).toHaveLength(3); // Again.
    expect({ files: tree.files, bytes: tree.bytes, tarBytes: tree.tarBytes }).toEqual({ files: 3, bytes: 4, tarBytes: 2560 + 1024 });
    await tree.close();
  });

  test("comes in bytewise order of whole paths", async () => {
    const name = fc.constantFrom("a", "a.b", "a-b", "a0", "ab", "é", "\uffee", "😀", "z", "a b", "…");
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
    await assertProperty(
      fc.asyncProperty(fc.uniqueArray(path, { minLength: 1, maxLength: 12 }), async (candidates) => {
        const paths = candidates.filter((one) => !candidates.some((other) => other.startsWith(`${one}/`)));
        const found = await pathsOf(await folder(Object.fromEntries(paths.map((one) => [one, "x"]))));
        expect(found).toEqual([...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 60 },
    );
  });

  test("of one file is a tree of that file, and a link given as the path is followed", async () => {
    const root = await folder({ "model.bin": "weights", "link.bin": { link: "model.bin" }, dir: { link: "." } });
    expect(await pathsOf(join(root, "model.bin"))).toEqual(["model.bin"]);
    expect(await pathsOf(join(root, "link.bin"))).toEqual(["link.bin"]);
    await failure(pathsOf(join(root, "dir")), "LOB1006"); // Followed; and what is in it are links.
  });

  test("does not depend on the modes beyond the owner's executable bit, nor on times, nor on empty folders", async () => {
    const one = await scanTree(await folder({ a: { mode: 0o600, content: "1" }, b: { mode: 0o711, content: "2" } }));
    const root = await folder({ a: { mode: 0o676, content: "1" }, b: { mode: 0o755, content: "2" } });
    await mkdir(join(root, "empty/folder"), { recursive: true });
    const two = await scanTree(root);
    expect(two.digest).toBe(one.digest);
    const three = await scanTree(await folder({ a: { mode: 0o700, content: "1" }, b: { mode: 0o755, content: "2" } }));
    expect(three.digest).not.toBe(one.digest);
    await Promise.all([one, two, three].map((tree) => tree.close()));
  });

  test("reports progress up to all bytes", async () => {
    const seen: number[] = [];
    await pathsOf(await folder({ a: "x".repeat(3_000_000), b: "y".repeat(5) }), {
      onProgress: ({ phase, done }) => seen.push(phase === "scan" ? done : NaN),
    });
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.at(-1)).toBe(3_000_005);
    expect([...seen].sort((x, y) => x - y)).toEqual(seen);
  });

  test("can be stopped", async () => {
    const controller = new AbortController();
    const root = await folder({ a: "x".repeat(3_000_000) });
    await expect(pathsOf(root, { signal: controller.signal, onProgress: () => controller.abort(new Error("stopped")) })).rejects.toThrow(
      "stopped",
    );
  });
});

test("the tree digest equals the one that a few lines of Python compute", async () => {
  const root = await folder({ 'quote"d é/ü.txt': "1", "a.b": "2", "a/b": { mode: 0o755, content: "3" }, "😀": "", "\uffee": "4" });
  const program = `
import hashlib, json, os, sys
files = []
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        full = os.path.join(folder, name)
        path = os.path.relpath(full, sys.argv[1])
        content = open(full, "rb").read()
        files.append([path, 0o755 if os.stat(full).st_mode & 0o100 else 0o644, len(content), hashlib.sha256(content).hexdigest()])
files.sort(key=lambda file: file[0].encode())
lines = "".join(json.dumps(file, ensure_ascii=False, separators=(",", ":")) + "\\n" for file in files)
print(hashlib.sha256(lines.encode()).hexdigest())
`;
  const tree = await scanTree(root);
  expect(tree.digest).toBe((await python(program, root)).trim());
  await tree.close();
});

describe(".lobignore", () => {
  test("leaves out what it names, in gitignore syntax, and itself", async () => {
    const root = await folder({
      ".lobignore": "\ufeff# notes\n*.log\n/cache/\n!keep.log\ntmp/*\n!tmp/kept\nDATA\n",
      "model.bin": "x",
      "train.log": "x",
      "keep.log": "x",
      "sub/deep.log": "x",
      "sub/cache/kept": "x",
      "cache/dropped": "x",
      "tmp/dropped": "x",
      "tmp/kept": "x",
      data: "case counts",
      "...": "x",
    });
    expect(await pathsOf(root)).toEqual(["...", "data", "keep.log", "model.bin", "sub/cache/kept", "tmp/kept"]);
  });

  test("counts only in the folder itself; deeper ones are files like any other", async () => {
    const root = await folder({ "sub/.lobignore": "*", "sub/a": "x" });
    expect(await pathsOf(root)).toEqual(["sub/.lobignore", "sub/a"]);
  });

  test("can hide what could not be packed", async () => {
    const root = await folder({ ".lobignore": "bad*\n", a: "x", "bad-link": { link: "/etc/passwd" }, "bad\nname": "x" });
    expect(await pathsOf(root)).toEqual(["a"]);
  });

  test("can have another name", async () => {
    const root = await folder({ ".skip": "b\n", ".lobignore": "a\n", a: "x", b: "x" });
    expect(await pathsOf(root, { ignoreFile: ".skip" })).toEqual([".lobignore", "a"]);
    await failure(scanTree(root, { ignoreFile: "../.skip" }), "LOB1002");
  });

  test("is not read as patterns if it is a folder or a named pipe", async () => {
    expect(await pathsOf(await folder({ ".lobignore/x": "a", a: "x" }))).toEqual([".lobignore/x", "a"]);
    const root = await folder({ a: "x" });
    await run("mkfifo", [join(root, ".lobignore")]);
    expect((await failure(scanTree(root), "LOB1006")).message).toContain('".lobignore" is a named pipe');
  });
});

describe("nothing to publish", () => {
  test.each<[string, Record<string, Content>, RegExp]>([
    ["an empty folder", {}, /holds no file/],
    ["a folder of which all is ignored", { ".lobignore": "*\n", a: "x", b: "x" }, /no file except the 2 entries left out by \.lobignore/],
    ["an empty file", { a: "" }, /holds one empty file \(0 bytes\)/],
    ["only empty files", { a: "", "b/c": "" }, /2 files, all of them empty \(0 bytes\)/],
  ])("%s", async (_, files, reason) => {
    const error = await failure(scanTree(await folder(files)), "LOB1005");
    expect(error.message).toMatch(reason);
  });

  test("a folder of empty folders", async () => {
    const root = work.fresh();
    await mkdir(join(root, "a/b"), { recursive: true });
    expect((await failure(scanTree(root), "LOB1005")).message).toContain("holds no file");
  });

  test("a single empty file as the path", async () => {
    const root = await folder({ a: "" });
    await failure(scanTree(join(root, "a")), "LOB1005");
  });
});

describe("a path that cannot be read", () => {
  test("is missing", async () => {
    const error = await failure(scanTree(join(work.path, "no/such")), "LOB1004");
    expect(error.message).toContain("does not exist");
    expect(error.hint).toContain(process.cwd());
    for (const path of ["", "a\0b", join(await folder({ a: "x" }), "a/b")]) await failure(scanTree(path), "LOB1004");
  });

  test("is a broken link", async () => {
    const root = await folder({ link: { link: "gone" } });
    expect((await failure(scanTree(join(root, "link")), "LOB1004")).message).toContain("broken link");
  });

  test("is a device", async () => {
    expect((await failure(scanTree("/dev/null"), "LOB1006")).message).toContain("is a device");
  });

  test("holds a file or a folder that the user may not read", async () => {
    const root = await folder({ "secret.bin": { mode: 0o000, content: "x" }, "locked/a": "x", ok: "x" });
    await chmod(join(root, "locked"), 0o000);
    // root may read anything, so another user has to try.
    const code = `if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
      await archive.scanTree(first).catch((error) => console.log(JSON.stringify([error.code, error.message])));`;
    const [errorCode, message] = JSON.parse(await inChild(code, { args: [root] })) as [string, string];
    await chmod(join(root, "locked"), 0o755);
    expect(errorCode).toBe("LOB1004");
    expect(message).toContain('"locked" cannot be read: permission denied');
    expect(message).toContain('"secret.bin" cannot be read: permission denied');
  });
});

describe("entries that cannot be packed", () => {
  test("a link to anything", async () => {
    for (const link of ["a", "/etc/passwd", "gone", "."]) {
      const root = await folder({ a: "x", "sub/link": { link } });
      const error = await failure(scanTree(root), "LOB1006");
      expect(error.message).toContain(`"sub/link" is a symbolic link (to "${link}")`);
      expect(error.details).toMatchObject({ file: "sub/link", path: root });
    }
  });

  test("a named pipe and a socket, without waiting for them", async () => {
    const root = await folder({ a: "x" });
    await run("mkfifo", [join(root, "pipe")]);
    const server = createServer().listen(join(root, "socket"));
    const error = await failure(scanTree(root), "LOB1006");
    server.close();
    expect(error.message).toContain('"pipe" is a named pipe');
    expect(error.message).toContain('"socket" is a socket');
  });

  test.each<[Record<string, Content>, string]>([
    [{ README: "1", readme: "2" }, '"readme"'],
    [{ "d/é": "1", "d/e\u0301": "2" }, '"d/'],
    [{ "Dir/a": "1", "dir/b": "2" }, '"dir"'],
    [{ Model: "1", "model/x": "2" }, '"model"'],
  ])("names that some systems cannot tell apart: %j", async (files, path) => {
    const error = await failure(scanTree(await folder(files)), "LOB1006");
    expect(error.message).toContain(path);
    expect(error.message).toContain("cannot tell from");
    expect(error.message.split("\n")).toHaveLength(1); // A folder counts once, not once per file in it.
  });

  test("names that are hostile in logs or elsewhere, shown without harm", async () => {
    const root = await folder({ "a\nb": "x", "c\u001b[31m": "x", "back\\slash": "x", "rtl\u202e": "x" });
    const error = await failure(scanTree(root), "LOB1006");
    expect(error.message.split("\n")).toHaveLength(5);
    expect(error.message).toContain('"a\\u000ab"');
    expect(error.message).not.toContain("\u001b");
    expect(error.message).not.toContain("\u202e");
  });

  test("a name that is not UTF-8", async () => {
    const root = await folder({ a: "x" });
    await writeFile(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0xfe])]), "x");
    await mkdir(Buffer.concat([Buffer.from(`${root}/dir`), Buffer.from([0xc3])]));
    const error = await failure(scanTree(root), "LOB1006");
    expect(error.message.match(/not valid UTF-8/g)).toHaveLength(2);
  });

  test("a path that is too long", async () => {
    const root = await folder({ [`${"d".repeat(250)}/${"e".repeat(250)}/${"f".repeat(250)}/${"g".repeat(250)}/${"h".repeat(50)}`]: "x" });
    expect((await failure(scanTree(root), "LOB1006")).message).toContain("longer than 1024 bytes");
  });

  test("at most ten entries are named at once", async () => {
    const links = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`link${i}`, { link: "a" }]));
    const error = await failure(scanTree(await folder({ a: "x", ...links })), "LOB1006");
    expect(error.message).toMatch(/^at least 10 entries/);
    expect(error.message.split("\n")).toHaveLength(11);
  });
});

describe("links with follow", () => {
  test("to a file inside are packed as that file", async () => {
    const root = await folder({
      "blobs/1": { mode: 0o755, content: "weights" },
      "snap/model.bin": { link: "../blobs/1" },
      "snap/again.bin": { link: "model.bin" },
    });
    await symlink(join(root, "blobs/1"), join(root, "absolute"));
    const tree = await scanTree(root, { follow: true });
    const files = await toArray(tree.entries());
    expect(files.map(({ path, sha256: hash, mode }) => [path, hash === sha256("weights"), mode])).toEqual(
      ["absolute", "blobs/1", "snap/again.bin", "snap/model.bin"].map((path) => [path, true, 0o755]),
    );
    await tree.close();
  });

  test("anywhere else are refused", async () => {
    const outside = await folder({ secret: "x" });
    const root = await folder({
      a: "x",
      out: { link: join(outside, "secret") },
      sibling: { link: `../${outside.split("/").at(-1)!}/secret` },
      gone: { link: "nowhere" },
      loop: { link: "loop" },
      up: { link: "." },
      device: { link: "/dev/null" },
      "sub/x": "x",
      dir: { link: "sub" },
    });
    const { message } = await failure(scanTree(root, { follow: true }), "LOB1006");
    expect(message).toMatch(/"out" .*outside the folder/);
    expect(message).toMatch(/"sibling" .*outside the folder/);
    expect(message).toMatch(/"gone" .*does not exist/);
    expect(message).toMatch(/"loop" .*does not exist/);
    expect(message).toMatch(/"up" .*outside the folder/);
    expect(message).toMatch(/"device" .*outside the folder/);
    expect(message).toMatch(/"dir" .*which is a folder/);
  });

  test("a folder whose name only begins like the root is outside", async () => {
    const root = await folder({ a: "x" });
    await makeTree(`${root}-other`, { secret: "x" });
    await symlink(`${root}-other/secret`, join(root, "link"));
    expect((await failure(scanTree(root, { follow: true }), "LOB1006")).message).toContain("outside");
  });
});

describe("a file that changes while it is hashed", () => {
  const big = "x".repeat(8 << 20);
  // The changes are made synchronously while the first file is read, and the times are old, so that nothing depends on speed.
  const changing = (change: () => void): (() => void) => {
    let done = false;
    return () => {
      if (!done) change();
      done = true;
    };
  };

  test.each<[string, (path: string) => void, RegExp]>([
    ["grows", (path) => appendFileSync(path, "more"), /"model\.bin" grew while it was being read/],
    ["shrinks", (path) => truncateSync(path, 100), /"model\.bin" shrank while it was being read/],
    ["is written to", (path) => writeFileSync(path, "y", { flag: "r+" }), /"model\.bin" changed while it was being read/],
  ])("%s", async (_, change, reason) => {
    const root = await folder({ "model.bin": big });
    const path = join(root, "model.bin");
    utimesSync(path, 1, 1);
    const error = await failure(scanTree(root, { onProgress: changing(() => change(path)) }), "LOB1007");
    expect(error.message).toMatch(reason);
  });

  test.each<[string, (path: string) => void, string]>([
    ["vanishes", () => undefined, "vanished or was replaced"],
    ["becomes a link", (path) => symlinkSync("/etc/passwd", path), "vanished or was replaced"],
    ["becomes a folder", (path) => mkdirSync(path), "was replaced by a folder"],
  ])("%s before its turn", async (_, replace, reason) => {
    // The walk has listed everything when the first file is hashed; the last file's turn is later.
    const root = await folder({ a: big, b: "x", c: "x", d: "x", e: "x", f: "last" });
    const onProgress = changing(() => {
      rmSync(join(root, "f"));
      replace(join(root, "f"));
    });
    const error = await failure(scanTree(root, { onProgress }), "LOB1007");
    expect(error.message).toContain(`"f" ${reason}`);
  });

  test("a folder that vanishes is also noticed", async () => {
    const root = await folder({ a: big, b: "x", c: "x", d: "x", "z/deep": "x" });
    const error = await failure(scanTree(root, { onProgress: changing(() => renameSync(join(root, "z"), `${root}-z`)) }), "LOB1007");
    expect(error.message).toContain('"z" vanished');
  });
});

describe("temporary files", () => {
  test("are gone after close, after a failure, and even while the tree is open", async () => {
    const tmpDir = await folder({ placeholder: "x" });
    const tree = await scanTree(await folder({ a: "x" }), { tmpDir });
    expect(await readdir(tmpDir)).toEqual(["placeholder"]);
    expect(await toArray(tree.entries())).toHaveLength(1);
    await tree.close();
    await failure(scanTree(await folder({ a: "" }), { tmpDir }), "LOB1005");
    await failure(scanTree(await folder({ a: { link: "b" } }), { tmpDir }), "LOB1006");
    expect(await readdir(tmpDir)).toEqual(["placeholder"]);
  });

  test("that cannot be created cause a clear error", async () => {
    const error = await failure(scanTree(await folder({ a: "x" }), { tmpDir: join(work.path, "none") }), "LOB2009");
    expect(error.message).toContain("TMPDIR");
  });

  test("many files go through them in order", async () => {
    const root = work.fresh();
    const names = Array.from({ length: 3000 }, (_, i) => `${String(i % 7)}/${String(i).padStart(5, "0")}-${"n".repeat(60)}`);
    await makeTree(root, Object.fromEntries(names.map((name) => [name, name])));
    const tree = await scanTree(root);
    const files = await toArray(tree.entries());
    expect(files.map(({ path }) => path)).toEqual([...names].sort());
    expect(files.every(({ path, sha256: hash }) => hash === sha256(path))).toBe(true);
    await tree.close();
  });
});
