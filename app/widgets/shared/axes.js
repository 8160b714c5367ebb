// Lines over two axes on a canvas: what is drawn again after every edit, and must be quick.

import { css, hexRgb } from "./colour.js";

/**
 * @import { Theme } from "./colour.js"
 *
 * @typedef {[number, number]} Span from one end of an axis to the other
 * @typedef {{ left: number, top: number, width: number, height: number }} Box in pixels of the picture
 *
 * @typedef {object} Line
 * @property {Float32Array} x
 * @property {Float32Array} y
 * @property {string} colour
 * @property {number} width
 * @property {number[]} [dash]
 * @property {Float32Array} [from] other values at the same x; what lies between them is tinted
 */

const FONT = "11px ui-sans-serif, system-ui, sans-serif";
const TINT = 0.14;

/** A number between 1 and 10 times a power of ten, from which axes count: 1, 2 or 5. */
function niceStep(/** @type {number} */ least) {
  const decade = 10 ** Math.floor(Math.log10(least));
  return decade * ([1, 2, 5].find((step) => step * decade >= least * 0.999) ?? 10);
}

/**
 * At most so many round numbers of an axis, each with its text.
 *
 * @param {Span} span
 * @param {number} most
 */
export function ticks(span, most) {
  const [low, high] = [Math.min(...span), Math.max(...span)];
  if (!(high > low)) return [];
  const step = niceStep((high - low) / most);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "−") };
  });
}

/** From a value to pixels along an axis. */
export const along = (
  /** @type {Span} */ [first, last],
  /** @type {number} */ start,
  /** @type {number} */ size,
) => (/** @type {number} */ value) => start + ((value - first) / (last - first)) * size;

/** The two scales of a box; y points upwards. */
export const scalesOf = (
  /** @type {Box} */ { left, top, width, height },
  /** @type {Span} */ x,
  /** @type {Span} */ y,
) => ({ x: along(x, left, width), y: along(y, top + height, -height) });

/**
 * Lines of the grid, and the numbers of both axes.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {{ x: Span, y: Span, most: [number, number], theme: Theme, suffix?: string, numbersBelow?: boolean }} axes
 *   most: how many numbers each has; suffix: what follows those of x
 */
export function drawGrid(context, box, { x, y, most, theme, suffix = "", numbersBelow = true }) {
  const scale = scalesOf(box, x, y);
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  context.font = FONT;
  context.fillStyle = theme.soft;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, text } of ticks(x, most[0])) {
    const at = Math.round(scale.x(value)) + 0.5;
    context.moveTo(at, box.top);
    context.lineTo(at, bottom);
    if (numbersBelow) context.fillText(text + suffix, at, bottom + 5);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, text } of ticks(y, most[1])) {
    const at = Math.round(scale.y(value)) + 0.5;
    context.moveTo(box.left, at);
    context.lineTo(right, at);
    context.fillText(text, box.left - 5, at);
  }
  context.stroke();
  context.textAlign = "left";
}

/**
 * Lines within a box, the first below.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Span} x
 * @param {Span} y
 * @param {Line[]} lines
 */
export function drawLines(context, box, x, y, lines) {
  const scale = scalesOf(box, x, y);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
  context.lineJoin = "round";
  for (const { x: xs, y: ys, colour, width, dash = [], from } of lines) {
    if (from) {
      context.beginPath();
      for (let i = 0; i < xs.length; i++) context.lineTo(scale.x(xs[i]), scale.y(ys[i]));
      for (let i = xs.length - 1; i >= 0; i--) context.lineTo(scale.x(xs[i]), scale.y(from[i]));
      context.fillStyle = css(hexRgb(colour), TINT);
      context.fill();
    }
    context.beginPath();
    for (let i = 0; i < xs.length; i++) context.lineTo(scale.x(xs[i]), scale.y(ys[i]));
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
  }
  context.restore();
}
