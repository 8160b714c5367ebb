// What curves over time have in common, of joints and of channels: which frames, where, and their key.

import { drawGrid, drawLines, scalesOf } from "../shared/axes.js";
import { putBackdrop } from "../shared/backdrop.js";
import { fitCanvas, h } from "../shared/dom.js";
import { referenceWord } from "../shared/reference.js";
import { timeScale } from "../shared/timeaxis.js";

/**
 * @import { Box, Line, Span } from "../shared/axes.js"
 * @import { Theme } from "../shared/colour.js"
 * @import { Range } from "../shared/range.js"
 * @import { Studio } from "../shared/store.js"
 * @import { Clip } from "../shared/types.js"
 *
 * @typedef {object} Row of the picture
 * @property {[string, string][]} label its lines, each bold and then plain
 * @property {Line[]} originals what the row's range follows
 * @property {Line[]} others
 */

const GAP = 0.05; // of the height, between rows
const [TOP, BOTTOM] = [6, 22]; // pixels above the rows, and below them for the seconds
const LINE = 14; // pixels from one line of a label to the next
const [ACROSS, UP] = [8, 4]; // numbers that an axis has at most
const MARK = 5; // pixels that an arrow reaches from its middle
// How each kind of line is drawn.
export const ORIGINAL = { width: 1.4, dash: [4, 3] };
export const DECODED = { width: 1.9 };
export const OF_B = { width: 1.6, dash: [1, 3] };
const MOST_POINTS = 1500; // a line of more points than pixels shows nothing more

/**
 * Frames of the visible stretch of time, as many as are worth drawing.
 *
 * @param {Range} range
 * @param {Clip} clip
 */
export function visibleFrames(range, clip) {
  const first = Math.max(0, Math.floor(range.from * clip.fps) - 1);
  const last = Math.min(clip.frames - 1, Math.ceil(range.to * clip.fps) + 1);
  const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_POINTS));
  return Array.from(
    { length: Math.floor((last - first) / stride) + 1 },
    (_, i) => first + i * stride,
  );
}

/**
 * A value for each of some frames. A loop, since `Float32Array.from` with a function takes many times as long.
 *
 * @param {number[]} frames
 * @param {(frame: number) => number} value
 */
export function valuesAt(frames, value) {
  const out = new Float32Array(frames.length);
  for (let i = 0; i < out.length; i++) out[i] = value(frames[i]);
  return out;
}

/**
 * Rate of change a second at a frame, of values(frame), from the frames beside it.
 *
 * @param {number} frame
 * @param {number} frames
 * @param {number} fps
 * @param {(frame: number) => number} values
 */
export function rateAt(frame, frames, fps, values) {
  const [from, to] = [Math.max(0, frame - 1), Math.min(frames - 1, frame + 1)];
  return to === from ? 0 : ((values(to) - values(from)) * fps) / (to - from);
}

const MARGIN = 0.35; // of the original's range, beyond which a decoded curve is only marked

/**
 * The range of a row's axis, which the original decides: what goes far beyond it makes nothing else flat.
 *
 * @param {Float32Array[]} originals
 * @param {Float32Array[]} others
 * @returns {Span}
 */
export function rowRange(originals, others) {
  const ends = (/** @type {Float32Array[]} */ lines) => {
    let [low, high] = [Infinity, -Infinity];
    for (const line of lines)
      for (const value of line) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    return [low, high];
  };
  const [low, high] = ends(originals);
  const [least, most] = ends(others);
  const span = Math.max(high - low, 0.05);
  const from = Math.min(low, Math.max(least, low - MARGIN * span));
  const to = Math.max(high, Math.min(most, high + MARGIN * span));
  const room = 0.06 * Math.max(to - from, 1e-6);
  return [from - room, to + room];
}

/**
 * Where lines leave a row's range: at which x, and on which side.
 *
 * @param {Line[]} lines
 * @param {Span} range
 */
export function leavingMarks(lines, [low, high]) {
  const sideOf = (/** @type {number} */ value) => (value > high ? 1 : value < low ? -1 : 0);
  const marks = [];
  for (const { x, y, colour } of lines) {
    let before = 0;
    for (let i = 0; i < y.length; i++) {
      const side = sideOf(y[i]);
      if (side && side !== before) marks.push({ x: x[i], side, colour });
      before = side;
    }
  }
  return marks;
}

/**
 * Draw rows that share the time axis. Returns whether a line leaves the picture; what was drawn stands beside the
 * canvas as `picture`.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Range} range
 * @param {Theme} theme
 * @param {Row[]} rows
 */
export function drawRows(canvas, range, theme, rows) {
  const { context, width: whole, height } = fitCanvas(canvas);
  context.clearRect(0, 0, whole, height);
  const { left, width } = timeScale(canvas, range);
  const high = (height - TOP - BOTTOM) / (rows.length + (rows.length - 1) * GAP);
  /** @type {Span} */
  const x = [range.from, range.to];
  const boxes = rows.map((_, order) => ({
    left,
    top: TOP + order * high * (1 + GAP),
    width,
    height: high,
  }));
  const spans = rows.map(({ originals, others }) =>
    rowRange(
      originals.map((line) => line.y),
      others.map((line) => line.y),
    ),
  );
  putBackdrop(canvas, shownBehind(rows, [x, ...spans], theme), (behind) => {
    rows.forEach(({ label, originals }, order) => {
      const [box, y, numbersBelow] = [boxes[order], spans[order], order === rows.length - 1];
      drawGrid(behind, box, { x, y, most: [ACROSS, UP], theme, suffix: " s", numbersBelow });
      drawLines(behind, box, x, y, originals);
      drawLabel(behind, box.top + high / 2, label);
    });
  });
  const leave = rows.map(({ others }, order) => {
    drawLines(context, boxes[order], x, spans[order], others);
    const marks = leavingMarks(others, spans[order]);
    drawMarks(context, boxes[order], x, spans[order], marks);
    return marks.length > 0;
  });
  const lines = rows.map(({ originals, others }) => [...originals, ...others]);
  Object.assign(canvas, { picture: { x, y: spans, lines } });
  return leave.includes(true);
}

/**
 * All that grid, originals and labels depend on; an edit changes none of it.
 *
 * @param {Row[]} rows
 * @param {Span[]} spans
 * @param {Theme} theme
 */
const shownBehind = (rows, spans, theme) => [
  ...spans.flat(),
  theme.soft,
  theme.line,
  ...rows.flatMap(({ label, originals }) => [
    ...label.flat(),
    ...originals.flatMap((line) => [line.x, line.y, line.colour]),
  ]),
];

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} middle
 * @param {[string, string][]} label
 */
function drawLabel(context, middle, label) {
  const font = context.font;
  label.forEach(([bold, plain], order) => {
    const y = middle + (order - (label.length - 1) / 2) * LINE;
    context.font = `600 ${font}`;
    context.fillText(bold, 0, y);
    const wide = bold ? context.measureText(`${bold} `).width : 0;
    context.font = font;
    context.fillText(plain, wide, y);
  });
}

/**
 * Arrows at the edge of a row's box.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Span} x
 * @param {Span} y
 * @param {{ x: number, side: number, colour: string }[]} marks
 */
function drawMarks(context, box, x, y, marks) {
  const scale = scalesOf(box, x, y);
  for (const { x: at, side, colour } of marks) {
    const across = scale.x(at);
    if (across < box.left || across > box.left + box.width) continue;
    const tip = side > 0 ? box.top + 1 : box.top + box.height - 1;
    context.beginPath();
    context.moveTo(across, tip);
    context.lineTo(across - MARK, tip + 2 * side * MARK);
    context.lineTo(across + MARK, tip + 2 * side * MARK);
    context.fillStyle = colour;
    context.fill();
  }
}

/** What the kinds of lines mean; `showB` says whether B is among them. */
export function lineKey(/** @type {Studio} */ studio) {
  const keyB = h("span", { hidden: true }, h("i", { class: "dotted" }), "B");
  const leaving = h("span", { hidden: true }, "▲ leaves the picture");
  const element = h(
    "div",
    { class: "key" },
    h("span", {}, h("i", { class: "dashed" }), referenceWord(studio)),
    h("span", {}, h("i"), "decoded"),
    keyB,
    leaving,
  );
  return {
    element,
    showLeaving: (/** @type {boolean} */ shown) => {
      leaving.hidden = !shown;
    },
    showB: (/** @type {boolean} */ shown) => {
      keyB.hidden = !shown;
    },
  };
}
