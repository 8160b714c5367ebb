// Cells of the token grid, its ruler and what is selected, on a canvas.

import { codeColour, css, inkOn } from "../shared/colour.js";
import { hatch, ring } from "./marks.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { Region } from "../shared/types.js"
 *
 * @typedef {object} Geometry
 * @property {(step: number) => number} edge
 * @property {number} cell
 * @property {number} row
 * @property {number | undefined} type pixels of the type that codes are written in; undefined where none fits
 *
 * @typedef {object} DrawnCell
 * @property {number} layer
 * @property {number} step
 * @property {number} code
 * @property {number | null} share of the way through its layer's colours; null where it is dropped
 * @property {boolean} isOn
 * @property {boolean} isEdited
 * @property {boolean} isPointed
 */

export const RULER = 16; // pixels above the rows: step numbers, and a handle for whole columns
export const DROPPED = -1;
const TYPES = [11, 9]; // pixels
const AROUND = 4; // pixels of a cell that are left beside its code

const fontOf = (/** @type {number} */ size) => `${size}px ui-sans-serif, system-ui, sans-serif`;

/**
 * The largest type in which every code fits its cell: how wide digits are differs from machine to machine.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} cell
 * @param {number} codes in a codebook
 */
export function typeThatFits(context, cell, codes) {
  const widest = "0".repeat(String(codes - 1).length);
  return TYPES.find((size) => {
    context.font = fontOf(size);
    return context.measureText(widest).width + AROUND <= cell;
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {Geometry} geometry
 * @param {number} first
 * @param {number} last
 */
export function drawRuler(context, theme, { edge, cell }, first, last) {
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => n * cell >= 26) ?? 1000;
  context.font = "10px ui-sans-serif, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = theme.soft;
  for (let step = Math.ceil(first / every) * every; step <= last; step += every)
    context.fillText(String(step), (edge(step) + edge(step + 1)) / 2, RULER / 2 - 1);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {Geometry} geometry
 * @param {DrawnCell} drawn
 */
export function drawCell(context, theme, { edge, cell, row, type }, drawn) {
  const { layer, step, share, isOn } = drawn;
  const inset = cell > 5 ? 0.75 : 0;
  const [x, y] = [edge(step) + inset, RULER + layer * row + 1.5];
  const [wide, high] = [edge(step + 1) - edge(step) - 2 * inset, row - 3];
  const colour = share === null ? theme.panelRgb : codeColour(share);
  context.fillStyle = css(colour, isOn ? 1 : 0.16);
  context.fillRect(x, y, wide, high);
  if (!isOn) hatch(context, x, y, wide, high, theme.soft);
  if (isOn && type) {
    context.font = fontOf(type);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = inkOn(colour);
    context.fillText(String(drawn.code), x + wide / 2, y + high / 2 + 0.5);
  }
  if (drawn.isEdited) ring(context, x, y, wide, high, theme);
  if (!drawn.isPointed) return;
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.5;
  context.strokeRect(x + 0.75, y + 0.75, wide - 1.5, high - 1.5);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {Geometry} geometry
 * @param {Region} region
 */
export function drawSelection(context, theme, { edge, row }, [layer0, layer1, step0, step1]) {
  /** @type {[number, number, number, number]} */
  const box = [edge(step0), RULER + layer0 * row, edge(step1 + 1) - edge(step0), (layer1 - layer0 + 1) * row];
  context.lineWidth = 5;
  context.strokeStyle = theme.panel;
  context.strokeRect(...box);
  context.lineWidth = 2.5;
  context.strokeStyle = theme.accent;
  context.strokeRect(...box);
}
