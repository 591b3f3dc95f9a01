import { expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import { LobError } from "../errors.js";
import { diskError, onDisk } from "./disk.js";

const refuses = (code: string): Error => Object.assign(new Error(`${code}: refused, write`), { code, errno: -1, syscall: "write" });

test.each([
  ["ENOSPC", /the disk is full; 1\.5 GiB are needed/, /space/],
  ["EDQUOT", /quota/, /space/],
  ["EROFS", /read-only/, /writable disk/],
  ["EACCES", /permission denied/, /can write/],
  ["ENAMETOOLONG", /long name/, /shorter/],
  ["EIO", /the operating system says EIO/, /Check the disk/],
])("%s is LOB2009 with the target, what is needed, and what to do", async (code, message, hint) => {
  const cause = refuses(code);
  const error: unknown = await onDisk({ target: "/data/model", purpose: "to unpack the model", needed: 1.5 * 2 ** 30 }, () =>
    Promise.reject(cause),
  ).catch((reason: unknown) => reason);
  if (!(error instanceof LobError)) throw error;
  expect(error).toMatchObject({ code: "LOB2009", cause, details: { target: "/data/model", errno: code, needed: 1.5 * 2 ** 30 } });
  expect(error.message).toContain('cannot write "/data/model" to unpack the model');
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
});

test("a real refusal is recognised", async () => {
  const error: unknown = await onDisk({ target: "/dev/full", purpose: "for a test" }, () => writeFile("/dev/full", "x")).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "LOB2009", details: { errno: "ENOSPC" } });
});

test("other errors are not disk errors", async () => {
  const other = new Error("a mistake");
  expect(diskError(other, { target: "a", purpose: "b" })).toBeUndefined();
  await expect(onDisk({ target: "a", purpose: "b" }, () => Promise.reject(other))).rejects.toBe(other);
  expect(await onDisk({ target: "a", purpose: "b" }, () => Promise.resolve(7))).toBe(7);
});
