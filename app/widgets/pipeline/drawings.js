// What the stages show: frames and body as stick figures or channels, a latent as a mosaic, the sum as a walk.

import { css, mix } from "../shared/colour.js";
import { fitCanvas } from "../shared/dom.js";

/**
 * @import { Rgb, Theme } from "../shared/colour.js"
 * @import { NumberArray, Values } from "../shared/types.js"
 */

const [BLUE, RED] = [
  [36, 87, 197],
  [194, 65, 12],
];
const ROWS = 64; // of channels at most

/** The largest size of any number. */
export function largest(/** @type {Values} */ values) {
  let most = 1e-12;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/**
 * A frame of channels as a column of shades, between the least and the most of that frame.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {NumberArray} channels (N, D)
 * @param {number} frame
 * @param {{ x: number, wide: number, high: number, rgb: Rgb, ground: Rgb }} look
 */
export function column(context, { shape: [, count], values }, frame, { x, wide, high, rgb, ground }) {
  const row = values.subarray(frame * count, (frame + 1) * count);
  const most = largest(row);
  const rows = Math.min(ROWS, count);
  for (let at = 0; at < rows; at++) {
    const value = row[Math.floor((at * count) / rows)];
    context.fillStyle = css(mix(ground, rgb, Math.sqrt(Math.abs(value) / most)));
    context.fillRect(x, (at * high) / rows, wide, high / rows + 0.5);
  }
}

/**
 * A vector as a square of cells, row by row: blue below zero, red above, deeper the further from it.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Values} vector
 * @param {Theme} theme
 */
export function mosaic(canvas, vector, theme) {
  const { context, width, height } = fitCanvas(canvas);
  const across = Math.ceil(Math.sqrt(vector.length));
  const down = Math.ceil(vector.length / across);
  context.clearRect(0, 0, width, height);
  const top = largest(vector);
  vector.forEach((value, index) => {
    const strength = Math.min(1, Math.sqrt(Math.abs(value) / top));
    context.fillStyle = css(mix(theme.panelRgb, value < 0 ? BLUE : RED, strength));
    const [x, y] = [index % across, Math.floor(index / across)];
    context.fillRect((x * width) / across, (y * height) / down, width / across + 0.4, height / down + 0.4);
  });
}

/**
 * Code vectors tip to tail from zero towards the latent; what is left is dotted.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {object} walk
 * @param {number[][]} walk.points the sums, from nothing to the last that is built
 * @param {number} walk.length of the latent
 * @param {number} walk.scale what must fit, along and beside
 * @param {number | null} walk.lit the layer whose vector is marked
 * @param {Theme} theme
 */
export function drawWalk(canvas, { points, length, scale, lit }, theme) {
  const { context, width, height } = fitCanvas(canvas);
  context.clearRect(0, 0, width, height);
  const per = Math.min((width - 34) / scale, (height - 40) / (scale * 0.62));
  const place = (/** @type {number[]} */ [along, beside]) => [14 + along * per, height - 22 - beside * per];
  const line = (/** @type {number[]} */ from, /** @type {number[]} */ to) => {
    context.beginPath();
    context.moveTo(from[0], from[1]);
    context.lineTo(to[0], to[1]);
    context.stroke();
  };
  const [zero, latent, tip] = [place([0, 0]), place([length, 0]), place(points[points.length - 1])];
  context.lineWidth = 1;
  context.strokeStyle = theme.line;
  line(zero, latent);
  context.setLineDash([2, 4]);
  context.lineWidth = 1.8;
  context.strokeStyle = theme.edited;
  line(tip, latent);
  context.setLineDash([]);
  points.slice(1).forEach((point, layer) => {
    context.strokeStyle = context.fillStyle = layer === lit ? theme.edited : theme.accent;
    context.lineWidth = layer === lit ? 4 : 2.4;
    arrow(context, place(points[layer]), place(point), line);
  });
  context.fillStyle = theme.ink;
  context.font = "11px ui-sans-serif, system-ui, sans-serif";
  context.textAlign = "center";
  context.fillText("0", zero[0], zero[1] + 15);
  context.fillText("latent", Math.max(zero[0] + 26, Math.min(latent[0], width - 20)), latent[1] + 15);
  for (const [x, y] of [zero, latent]) {
    context.beginPath();
    context.arc(x, y, 3.2, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} from
 * @param {number[]} to
 * @param {(from: number[], to: number[]) => void} line
 */
function arrow(context, from, to, line) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const long = Math.hypot(dx, dy);
  if (long < 1) return;
  line(from, to);
  const head = Math.min(7, long * 0.6);
  const [ux, uy] = [dx / long, dy / long];
  context.beginPath();
  context.moveTo(to[0], to[1]);
  context.lineTo(to[0] - head * ux - 0.55 * head * uy, to[1] - head * uy + 0.55 * head * ux);
  context.lineTo(to[0] - head * ux + 0.55 * head * uy, to[1] - head * uy - 0.55 * head * ux);
  context.fill();
}
