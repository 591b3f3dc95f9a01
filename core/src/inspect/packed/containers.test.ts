import { expect, test } from "@jest/globals";
import { gzipSync } from "node:zlib";
import { Header } from "tar/header";
import { bytesSource } from "../../bytes/source.js";
import { inspectFile } from "../file.js";
import { found, zipOf } from "../inspect.test.helper.js";

function tarOf(name: string, content: string): Buffer {
  const block = Buffer.alloc(1024);
  new Header({ path: name, size: content.length, mode: 0o644, type: "File" }).encode(block, 0);
  block.write(content, 512);
  return Buffer.concat([block, Buffer.alloc(1024)]);
}

const TAR = tarOf("pickle", "cos\nsystem\n(S'echo'\ntR.");

test.each<[string, Buffer]>([
  ["model.bin", TAR], // as torch.load takes it, whatever its name
  ["model.nemo", TAR],
  ["model.tar.gz", gzipSync(TAR)],
])("a tar, which may contain a pickle: %s", async (path, bytes) => {
  expect(await found(path, bytes)).toEqual({
    format: "tar",
    code: { kind: "pickle", imports: [], unknown: [], whole: false },
    warnings: ["it is a tar, whose contents were not inspected"],
  });
});

test.each<[string, string]>([
  ["bzip2", "BZh91AY&SY\0\0\0\0\0\0"],
  ["bzip2", "BZh9\x17rE8P\x90\0\0\0\0BZh91AY&SY"], // nothing, and then another stream
  ["xz", "\xfd7zXZ\0\0\x04\xe6\xd6\xb4\x46"],
  ["lzma", "]\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"],
  ["lz4", "\x04\x22\x4d\x18\0\0\0\0"],
  ["zstd", "\x28\xb5\x2f\xfd\0\0\0\0"],
  ["7z", "7z\xbc\xaf\x27\x1c\0\x04"],
])("an unsupported compression: %s", async (name, bytes) => {
  expect(await found("weights.bin", Buffer.from(bytes, "latin1"))).toMatchObject({
    format: name,
    code: { kind: "pickle", whole: false },
    warnings: [`it is compressed with ${name}, which is not read`],
  });
  expect((await found("model.pkl", Buffer.from(bytes, "latin1"))).code).toMatchObject({ whole: false });
});

test.each(["BZhello, world\n", "]\0\0\x01 some numbers", "7z is a program"])("not the beginning %j", async (text) => {
  expect(await inspectFile("notes.txt", bytesSource(Buffer.from(text, "latin1")))).toBeUndefined();
});

test("HDF5, from which Keras loads layers with code; a file of weights has only numbers", async () => {
  const bytes = Buffer.from("\x89HDF\r\n\x1a\n\0\0\0\0", "latin1");
  expect(await found("model.h5", bytes)).toMatchObject({ format: "hdf5", code: { kind: "hdf5", whole: false } });
  expect(await found("model.weights.h5", bytes)).toEqual({ format: "hdf5" });
});

test("a graph of TensorFlow is a program", async () => {
  expect(await found("model/saved_model.pb", "\x08\x01")).toMatchObject({ format: "tensorflow", code: { whole: false } });
});

test("a zip after other bytes, which Keras and skops find", async () => {
  const bytes = Buffer.concat([Buffer.from("#"), zipOf([{ name: "config.json", content: "{}" }])]);
  for (const path of ["model.keras", "model.skops"]) {
    expect(await found(path, bytes)).toMatchObject({
      format: "zip",
      code: { whole: false },
      warnings: ["it cannot be read: it does not begin like a zip"],
    });
  }
});
