// What stands still behind a picture, kept as it was painted until something that it shows differs.

import { context2d } from "./dom.js";

/** @typedef {string | number | Float32Array} Shown */

/** @type {WeakMap<HTMLCanvasElement, { sheet: HTMLCanvasElement, shown: Shown[] }>} */
const backdrops = new WeakMap();

/**
 * Put a canvas' backdrop on it; it is painted anew only where a value of what it shows differs.
 *
 * @param {HTMLCanvasElement} canvas whose context is fitted and clear
 * @param {Shown[]} shown all that the picture depends on beside the canvas' size
 * @param {(context: CanvasRenderingContext2D) => void} paint
 */
export function putBackdrop(canvas, shown, paint) {
  const { width, height } = canvas;
  const state = [width, height, ...shown];
  let kept = backdrops.get(canvas);
  if (!kept || !isSame(kept.shown, state)) {
    const sheet = kept?.sheet ?? document.createElement("canvas");
    Object.assign(sheet, { width, height }); // which clears it
    const context = context2d(sheet);
    context.setTransform(context2d(canvas).getTransform());
    paint(context);
    kept = { sheet, shown: state };
    backdrops.set(canvas, kept);
  }
  const context = context2d(canvas);
  context.save();
  context.resetTransform();
  context.drawImage(kept.sheet, 0, 0);
  context.restore();
}

/**
 * @param {Shown[]} one
 * @param {Shown[]} other
 */
function isSame(one, other) {
  return (
    one.length === other.length &&
    one.every((value, index) => {
      const against = other[index];
      if (!(value instanceof Float32Array)) return value === against;
      return (
        against instanceof Float32Array &&
        value.length === against.length &&
        value.every((number, at) => number === against[at])
      );
    })
  );
}
