// Cells of the token grid, its ruler and what is selected, on a canvas.

import { codeColour, css, inkOn } from "../shared/colour.js";
import { hatch, ring } from "./marks.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { Region } from "../shared/types.js"
 *
 * @typedef {{ edge: (step: number) => number, cell: number, row: number }} Geometry
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
const NUMBERS = [
  { room: 22, size: 11 },
  { room: 17, size: 9 },
]; // pixels of a cell's width, and of the type that fits

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
export function drawCell(context, theme, { edge, cell, row }, drawn) {
  const { layer, step, share, isOn } = drawn;
  const inset = cell > 5 ? 0.75 : 0;
  const [x, y] = [edge(step) + inset, RULER + layer * row + 1.5];
  const [wide, high] = [edge(step + 1) - edge(step) - 2 * inset, row - 3];
  const colour = share === null ? theme.panelRgb : codeColour(share);
  context.fillStyle = css(colour, isOn ? 1 : 0.16);
  context.fillRect(x, y, wide, high);
  if (!isOn) hatch(context, x, y, wide, high, theme.soft);
  const number = NUMBERS.find(({ room }) => cell >= room);
  if (isOn && number) {
    context.font = `${number.size}px ui-sans-serif, system-ui, sans-serif`;
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
