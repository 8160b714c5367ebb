// A matrix of channels over frames, averaged to as many cells as there are pixels, and painted.

/**
 * @import { Ramp } from "../shared/colour.js"
 * @import { ChannelsClip, NumberArray, Values } from "../shared/types.js"
 */

import { context2d } from "../shared/dom.js";

const SHADES = 256;

/**
 * Standardised channels (N, D) of a motion, or how far they are from others, averaged over blocks.
 * Returns {rows, columns, values}: rows are channels from the top, columns frames.
 *
 * @param {NumberArray} channels
 * @param {Pick<ChannelsClip, "mean" | "std">} clip
 * @param {Values | null} from
 * @param {number} wide
 * @param {number} high
 */
export function binned(channels, { mean, std }, from, wide, high) {
  const [frames, width] = channels.shape;
  const rows = Math.max(1, Math.min(width, Math.round(high)));
  const columns = Math.max(1, Math.min(frames, Math.round(wide)));
  const values = new Float32Array(rows * columns);
  const counts = new Uint32Array(rows * columns);
  for (let frame = 0; frame < frames; frame++) {
    const column = Math.floor((frame * columns) / frames);
    for (let channel = 0; channel < width; channel++) {
      const at = frame * width + channel;
      const cell = Math.floor((channel * rows) / width) * columns + column;
      values[cell] += from
        ? Math.abs(channels.values[at] - from[at]) / std.values[channel]
        : (channels.values[at] - mean.values[channel]) / std.values[channel];
      counts[cell] += 1;
    }
  }
  for (let cell = 0; cell < values.length; cell++) values[cell] /= counts[cell];
  return { rows, columns, values };
}

/**
 * Paint cells as large as the canvas makes them; `ramp` gives the colours [r, g, b] from `low` to `high`.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ReturnType<typeof binned>} bins
 * @param {Ramp} ramp
 * @param {number[]} span
 */
export function paintBins(canvas, { rows, columns, values }, ramp, [low, high]) {
  const colours = Array.from({ length: SHADES }, (_, i) => [
    ...ramp(low + ((high - low) * i) / (SHADES - 1)),
    255,
  ]);
  Object.assign(canvas, { width: columns, height: rows });
  const context = context2d(canvas);
  const image = context.createImageData(columns, rows);
  values.forEach((value, cell) => {
    const share = Math.max(0, Math.min(1, (value - low) / (high - low)));
    image.data.set(colours[Math.round(share * (SHADES - 1))], cell * 4);
  });
  context.putImageData(image, 0, 0);
}
