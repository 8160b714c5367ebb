// Colour of how far something moved: the panel's own where nothing did, hot at the top of the scale.

import { css, mix } from "../shared/colour.js";

/** @import { Theme } from "../shared/colour.js" */

const STOPS = 6;

/** Square roots, so that small movements are seen beside large ones. */
export const heat = (/** @type {Theme} */ theme, /** @type {number} */ share) =>
  css(mix(theme.panelRgb, theme.hotRgb, Math.sqrt(Math.max(0, Math.min(1, share)))));

/** The scale as a CSS background, 0 on the left. */
export const heatScale = (/** @type {Theme} */ theme) =>
  `linear-gradient(90deg, ${Array.from({ length: STOPS + 1 }, (_, i) => heat(theme, i / STOPS))})`;

/** The next of 1, 2, 5, 10, 20 … at or above a value. */
export function niceTop(/** @type {number} */ value) {
  const decade = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return (
    [1, 2, 5, 10].map((step) => step * decade).find((step) => step >= value * 0.999) ?? 10 * decade
  );
}
