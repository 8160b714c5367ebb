// Brackets around the frames that an edit reaches.

/** @import { Rgb } from "../shared/colour.js" */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} ends
 * @param {number} top
 * @param {number} high
 * @param {string} colour
 */
export function brackets(context, [left, right], top, high, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  for (const [x, inward] of [
    [left, 5],
    [right, -5],
  ]) {
    context.beginPath();
    context.moveTo(x + inward, top - 3);
    context.lineTo(x, top - 3);
    context.lineTo(x, top + high + 3);
    context.lineTo(x + inward, top + high + 3);
    context.stroke();
  }
}
