// Packed arrays: what app/views/arrays.py sends, {dtype, shape, scale, data (base64)}.

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

function unpackArray({ dtype, shape, scale, data }) {
  const raw = new TYPES[dtype](bytes(data).buffer);
  const values = scale === 1 ? raw : Float32Array.from(raw, (value) => value * scale);
  return { shape, values };
}

/** Replace every packed array in a payload by {shape, values: typed array}. */
export function unpack(payload) {
  if (Array.isArray(payload)) return payload.map(unpack);
  if (payload === null || typeof payload !== "object") return payload;
  if ("dtype" in payload && "data" in payload) return unpackArray(payload);
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, unpack(value)]));
}
