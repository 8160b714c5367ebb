// A Plotly picture in the page's own colours, drawn again when its size or the theme changes.

import { liveTheme } from "./colour.js";
import { onResize, oncePerFrame } from "./dom.js";

/**
 * @import { Theme } from "./colour.js"
 * @import { Studio } from "./store.js"
 *
 * @typedef {any} Plotly plotly.js, which has its own documentation and no types here
 */

export const CONFIG = { displayModeBar: false };
const CLEAR = "rgba(0,0,0,0)";

/** @type {() => void} */
let letSee;
/** @type {Promise<void>} once a picture has been about to be seen */
const seen = new Promise((resolve) => (letSee = resolve));
const watch = new IntersectionObserver(
  (entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    letSee();
  },
  { rootMargin: "50%" },
);

/**
 * Returns a function that asks for paint(plotly, theme), which then comes at most once a frame, and only when
 * the box has a size. Plotly is loaded once a picture is about to be scrolled into sight.
 *
 * @param {Studio} studio
 * @param {HTMLElement} box
 * @param {(plotly: Plotly, theme: Theme) => void} paint
 */
export function plotIn(studio, box, paint) {
  const theme = liveTheme(() => draw());
  let isWaiting = false;
  const draw = oncePerFrame(async () => {
    if (!box.clientWidth || isWaiting) return;
    isWaiting = true;
    await seen;
    const plotly = await studio.plotly();
    isWaiting = false;
    if (box.clientWidth) paint(plotly, theme);
  });
  watch.observe(box);
  onResize(box, draw);
  return draw;
}

/** @type {(theme: Theme, changes?: object) => object} */
export const fontOf = (theme, changes = {}) => ({
  family: "ui-sans-serif, system-ui, sans-serif",
  size: 11,
  color: theme.soft,
  ...changes,
});

/**
 * What all pictures share, and what this one has of its own.
 *
 * @type {(theme: Theme, own: object) => object}
 */
export const layoutOf = (theme, own) => ({
  font: fontOf(theme),
  showlegend: false,
  hovermode: "closest",
  dragmode: false,
  hoverlabel: { bgcolor: theme.panel, bordercolor: theme.line, font: { color: theme.ink } },
  paper_bgcolor: CLEAR,
  plot_bgcolor: CLEAR,
  ...own,
});

/**
 * Hear of clicks on the points of a picture that Plotly has made.
 *
 * @param {HTMLElement} plot
 * @param {(points: { curveNumber: number, pointNumber: number, customdata: any }[]) => void} listener
 */
export function onPoint(plot, listener) {
  const made = /** @type {any} */ (plot);
  made.on("plotly_click", (/** @type {any} */ { points }) => listener(points));
}
