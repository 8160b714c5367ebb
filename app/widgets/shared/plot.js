// A Plotly picture in the page's own colours, drawn again when its size or the theme changes.

import { onThemeChange, themeColours } from "./colour.js";
import { onResize, oncePerFrame, whileSeen } from "./dom.js";

export const CONFIG = { displayModeBar: false };
const CLEAR = "rgba(0,0,0,0)";

/**
 * Returns a function that asks for paint(plotly, theme), which then comes at most once a frame, and only when
 * Plotly is loaded and the box has a size. Plotly takes long: a picture that comes last is painted a frame
 * after all others, and only while it is seen.
 */
export function plotIn(studio, box, paint, { last = false } = {}) {
  let plotly = null;
  let theme = null;
  const show = () => {
    if (!plotly || !box.clientWidth) return;
    theme ??= themeColours(box);
    paint(plotly, theme);
  };
  const draw = last
    ? whileSeen(
        box,
        oncePerFrame(() => requestAnimationFrame(show)),
      )
    : oncePerFrame(show);
  onResize(box, draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  studio.plotly().then((loaded) => {
    plotly = loaded;
    draw();
  });
  return draw;
}

export const fontOf = (theme, changes = {}) => ({
  family: "ui-sans-serif, system-ui, sans-serif",
  size: 11,
  color: theme.soft,
  ...changes,
});

/** What all pictures share, and what this one has of its own. */
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
