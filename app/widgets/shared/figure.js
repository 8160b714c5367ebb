// A body as lines, small beside others.

/** @import { NumberArray } from "./types.js" */

const [ALONG, DEEP] = [Math.cos(0.62), Math.sin(0.62)]; // the direction that a figure is seen from
const TALL = 2; // metres of height that a figure is given

/**
 * A body in one frame, its root over `x` pixels.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {NumberArray} joints (N, J, 3)
 * @param {number} frame
 * @param {number[][]} bones
 * @param {{ x: number, high: number, colour: string, wide?: number }} look
 */
export function figure(context, { shape: [, count], values }, frame, bones, { x, high, colour, wide = 2.4 }) {
  const root = frame * count * 3;
  const at = (/** @type {number} */ joint) => {
    const here = root + joint * 3;
    const across = (values[here] - values[root]) * ALONG - (values[here + 2] - values[root + 2]) * DEEP;
    return [x + (across * high) / TALL, high - 6 - (values[here + 1] * (high - 12)) / TALL];
  };
  context.strokeStyle = colour;
  context.lineWidth = wide;
  context.lineCap = "round";
  context.beginPath();
  for (const [from, to] of bones) {
    context.moveTo(at(from)[0], at(from)[1]);
    context.lineTo(at(to)[0], at(to)[1]);
  }
  context.stroke();
}
