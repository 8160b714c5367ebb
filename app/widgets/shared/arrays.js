// Packed arrays: what app/views/arrays.py sends, {dtype, shape, scale, data (base64)}; for joints far from
// where the clip began an origin in every frame, and for channels a scale and a middle of every column.

const TYPES = {
  i16: Int16Array,
  u16: Uint16Array,
  i32: Int32Array,
  f32: Float32Array,
  u8: Uint8Array,
};

function bytes(base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

function unpackArray({ dtype, shape, scale, data, origin, columns }) {
  const raw = new TYPES[dtype](bytes(data).buffer);
  if (columns) return { shape, values: scaleColumns(raw, columns) };
  const values = scale === 1 ? raw : Float32Array.from(raw, (value) => value * scale);
  if (origin) addOrigin(values, unpackArray(origin).values, shape[1]);
  return { shape, values };
}

/** Move the points (x, y, z) of every frame to where the frame's origin is. */
function addOrigin(values, origins, points) {
  for (let i = 0; i < values.length; i++)
    values[i] += origins[3 * Math.floor(i / (3 * points)) + (i % 3)];
}

/** Numbers of columns that each have a scale and a middle of their own. */
function scaleColumns(raw, columns) {
  const [scale, middle] = [columns.scale, columns.middle].map((one) => unpackArray(one).values);
  const width = scale.length;
  return Float32Array.from(raw, (value, i) => value * scale[i % width] + middle[i % width]);
}

/** Replace every packed array in a payload by {shape, values: typed array}. */
export function unpack(payload) {
  if (Array.isArray(payload)) return payload.map(unpack);
  if (payload === null || typeof payload !== "object") return payload;
  if ("dtype" in payload && "data" in payload) return unpackArray(payload);
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, unpack(value)]));
}
