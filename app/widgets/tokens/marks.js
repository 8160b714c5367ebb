// Marks on a cell that do not rest on colour.

/** @import { Rgb, Theme } from "../shared/colour.js" */

/** An edited cell: a frame inside the cell and a corner, so that it does not rest on colour alone. */
export function ring(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {number} */ width,
  /** @type {number} */ height,
  /** @type {Theme} */ theme,
) {
  context.strokeStyle = theme.panel;
  context.lineWidth = 3.5;
  context.strokeRect(x + 1.5, y + 1.5, Math.max(1, width - 3), height - 3);
  context.strokeStyle = theme.edited;
  context.lineWidth = 2;
  context.strokeRect(x + 1.25, y + 1.25, Math.max(1, width - 2.5), height - 2.5);
  context.fillStyle = theme.edited;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + Math.min(9, width), y);
  context.lineTo(x, y + 9);
  context.fill();
}

/** A cell that adds nothing: dropped, or in a layer that is off. */
export function hatch(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {number} */ width,
  /** @type {number} */ height,
  /** @type {string} */ colour,
) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}
