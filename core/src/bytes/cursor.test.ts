import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { Cursor } from "./cursor.js";
import { Damaged } from "./damaged.js";
import { assertProperty } from "../testing/property.js";
import { bytesSource } from "./source.js";

/** Yields pieces that all share one buffer, as sources may do. */
async function* reused(bytes: Uint8Array, size: number): AsyncGenerator<Buffer, void, undefined> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    await Promise.resolve();
    buffer.fill(0xee);
  }
}

test("a stream in any pieces, a source with any window and memory give the same numbers", async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 80 });
  await assertProperty(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 30 }), async (data, size) => {
      const read = async (cursor: Cursor): Promise<unknown[]> => {
        const values: unknown[] = [];
        while (await cursor.ensure(8)) values.push(cursor.u16(), cursor.i16be(), cursor.u32be(), cursor.position);
        while (await cursor.ensure(1)) values.push(cursor.u8());
        return values;
      };
      const expected = await read(Cursor.of(Buffer.from(data)));
      expect(await read(Cursor.over(reused(data, size)))).toEqual(expected);
      expect(await read(Cursor.at(bytesSource(data), size))).toEqual(expected);
    }),
  );
});

test("numbers of every size and byte order", () => {
  const buffer = Buffer.alloc(8);
  const check = (write: (buffer: Buffer) => void, read: (cursor: Cursor) => number | bigint, value: number | bigint): void => {
    write(buffer.fill(0));
    expect(read(Cursor.of(buffer))).toBe(value);
  };
  check((b) => b.writeInt8(-2), (c) => c.i8(), -2); // prettier-ignore
  check((b) => b.writeUIntLE(0xabcdef, 0, 3), (c) => c.u24(), 0xabcdef); // prettier-ignore
  check((b) => b.writeUInt16BE(0xfedc), (c) => c.u16be(), 0xfedc); // prettier-ignore
  check((b) => b.writeInt16LE(-300), (c) => c.i16(), -300); // prettier-ignore
  check((b) => b.writeUInt32LE(2 ** 31 + 1), (c) => c.u32(), 2 ** 31 + 1); // prettier-ignore
  check((b) => b.writeInt32LE(-70_000), (c) => c.i32(), -70_000); // prettier-ignore
  check((b) => b.writeInt32BE(-70_000), (c) => c.i32be(), -70_000); // prettier-ignore
  check((b) => b.writeBigUInt64LE(2n ** 63n + 1n), (c) => c.u64(), 2n ** 63n + 1n); // prettier-ignore
  check((b) => b.writeBigInt64LE(-5n), (c) => c.i64(), -5n); // prettier-ignore
  check((b) => b.writeBigInt64BE(-5n), (c) => c.i64be(), -5n); // prettier-ignore
  check((b) => b.writeFloatLE(1.5), (c) => c.f32(), 1.5); // prettier-ignore
  check((b) => b.writeFloatBE(1.5), (c) => c.f32be(), 1.5); // prettier-ignore
  check((b) => b.writeDoubleLE(0.1), (c) => c.f64(), 0.1); // prettier-ignore
  check((b) => b.writeDoubleBE(0.1), (c) => c.f64be(), 0.1); // prettier-ignore
});

test("a varint ends within its bytes", () => {
  expect(Cursor.of(Buffer.from([0xac, 0x02])).varint()).toBe(300);
  expect(() => Cursor.of(Buffer.from([0xac, 0x02])).varint(1)).toThrow("a number does not end");
  expect(() => Cursor.of(Buffer.alloc(20, 0xff)).varint()).toThrow("a number does not end");
});

test("the end of the data is one error, and moves nothing", async () => {
  const cursor = Cursor.of(Buffer.from([1, 2, 3]));
  expect(() => cursor.u32()).toThrow(Damaged);
  await expect(cursor.need(4)).rejects.toThrow("it ends early");
  expect(cursor.position).toBe(0);
  expect((await cursor.take(9)).length).toBe(3);
  expect(await cursor.some(1)).toBeUndefined();
});

test("damage in a stream is thrown after the bytes before it", async () => {
  const cursor = Cursor.over(
    (async function* () {
      yield Buffer.from([1, 2]);
      await Promise.reject(new Damaged("broken"));
    })(),
  );
  expect(await cursor.ensure(3)).toBe(false);
  expect(cursor.u8()).toBe(1);
  await expect(cursor.need(2)).rejects.toThrow("broken");
  await expect(cursor.take(2)).rejects.toThrow("broken");
  expect(cursor.u8()).toBe(2);
  await expect(cursor.ensure(1)).rejects.toThrow("broken");
});
