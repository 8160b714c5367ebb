import assert from "node:assert/strict";
import { test } from "node:test";

import { unpack } from "../../app/widgets/shared/arrays.js";

const base64 = (numbers) => Buffer.from(numbers.buffer).toString("base64");
const packed = (numbers, dtype, shape, more = {}) => ({
  dtype,
  shape,
  scale: 1,
  data: base64(numbers),
  ...more,
});
const f32 = (...values) => packed(Float32Array.from(values), "f32", [values.length]);

test("whole numbers stay as they are, scaled ones become floats", () => {
  const codes = unpack(packed(Int16Array.of(-1, 511), "i16", [1, 2]));
  assert.deepEqual(codes, { shape: [1, 2], values: Int16Array.of(-1, 511) });
  const errors = unpack(packed(Uint16Array.of(0, 25), "u16", [2], { scale: 0.5 }));
  assert.deepEqual(errors.values, Float32Array.of(0, 12.5));
});

test("an origin moves every point of its frame", () => {
  const origin = { ...f32(100, 0, 5, 200, 0, 5), shape: [2, 3] };
  const { values } = unpack(
    packed(
      Int16Array.from({ length: 12 }, (_, i) => i),
      "i16",
      [2, 2, 3],
      { origin },
    ),
  );
  assert.deepEqual([...values], [100, 1, 7, 103, 4, 10, 206, 7, 13, 209, 10, 16]);
});

test("columns have a scale and a middle of their own", () => {
  const columns = { scale: f32(2, 10), middle: f32(0, 1) };
  const { values } = unpack(packed(Int16Array.of(1, 1, -1, 3), "i16", [2, 2], { columns }));
  assert.deepEqual([...values], [2, 11, -2, 31]);
});

test("arrays are found wherever they are in a payload, and everything else is left alone", () => {
  const one = f32(1);
  const made = unpack({ a: [{ b: one }], words: "x", nothing: null, flag: false });
  assert.deepEqual(made.a[0].b.values, Float32Array.of(1));
  assert.deepEqual([made.words, made.nothing, made.flag], ["x", null, false]);
});
