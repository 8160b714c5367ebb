// Packed arrays: what app/payloads/arrays.py sends, {dtype, shape, scale, data (base64)}; for joints far from
// where the clip began an origin in every frame, and for channels a scale and a middle of every column.

/**
 * @import { PackedArray } from "./payloads"
 * @import { NumberArray, Values } from "./types.js"
 */

const TYPES = {
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  f32: Float32Array,
  u8: Uint8Array,
};

function bytes(/** @type {string} */ base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/**
 * @param {PackedArray} packed
 * @returns {NumberArray}
 */
function unpackArray({ dtype, shape, scale, data, origin, columns }) {
  const raw = new TYPES[dtype](bytes(data).buffer);
  if (columns) return { shape, values: scaleColumns(raw, columns) };
  const values = scale === 1 ? raw : scaled(raw, scale);
  if (origin) addOrigin(values, unpackArray(origin).values, shape[1]);
  return { shape, values };
}

/**
 * A loop, since `Float32Array.from` with a function takes many times as long.
 *
 * @param {Values} raw
 * @param {number} scale
 */
function scaled(raw, scale) {
  const values = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) values[i] = raw[i] * scale;
  return values;
}

/**
 * Move the points (x, y, z) of every frame to where the frame's origin is.
 *
 * @param {Values} values
 * @param {Values} origins
 * @param {number} points
 */
function addOrigin(values, origins, points) {
  for (let i = 0; i < values.length; i++)
    values[i] += origins[3 * Math.floor(i / (3 * points)) + (i % 3)];
}

/**
 * Numbers of columns that each have a scale and a middle of their own.
 *
 * @param {Values} raw
 * @param {{ scale: PackedArray, middle: PackedArray }} columns
 */
function scaleColumns(raw, columns) {
  const [scale, middle] = [columns.scale, columns.middle].map((one) => unpackArray(one).values);
  const width = scale.length;
  const values = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; i++) values[i] = raw[i] * scale[i % width] + middle[i % width];
  return values;
}

/**
 * Replace every packed array in a payload by {shape, values: typed array}.
 *
 * @param {any} payload
 * @returns {any}
 */
export function unpack(payload) {
  if (Array.isArray(payload)) return payload.map(unpack);
  if (payload === null || typeof payload !== "object") return payload;
  if ("dtype" in payload && "data" in payload) return unpackArray(payload);
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, unpack(value)]));
}

/** The largest value of an array; −∞ of an empty one. */
export function largest(/** @type {NumberArray} */ { values }) {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  return most;
}
