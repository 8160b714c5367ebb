// A chart of the laboratory: two titled axes and a legend.

import { h } from "../shared/dom.js";
import { CONFIG, fontOf, layoutOf, onPoint, plotIn } from "../shared/plot.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { Studio } from "../shared/store.js"
 */

const MARGIN = { l: 52, r: 14, t: 10, b: 40 };

/** Colours of the layers, first layer first; where there are more layers they come again. */
export const layerColour = (/** @type {Theme} */ theme, /** @type {number} */ layer) => {
  const colours = [...theme.joints, theme.edited, theme.soft];
  return colours[layer % colours.length];
};

/**
 * @typedef {object} Made
 * @property {object[]} traces
 * @property {object} x
 * @property {object} y
 * @property {object} [layout]
 */

/**
 * @param {Studio} studio
 * @param {object} options
 * @param {string} options.label
 * @param {(theme: Theme) => Made | null | undefined | false} options.make nothing as long as there is nothing to draw
 * @param {(customdata: any) => void} [options.onClick]
 */
export function chart(studio, { label, make, onClick }) {
  const element = h("div", { class: "lab-chart", role: "img", "aria-label": label });
  const draw = plotIn(studio, element, (plotly, theme) => {
    const made = make(theme);
    element.classList.toggle("empty", !made);
    if (!made) return;
    const font = fontOf(theme);
    const axis = {
      gridcolor: theme.line,
      linecolor: theme.line,
      zeroline: false,
      fixedrange: true,
      tickfont: font,
    };
    const titled = (/** @type {any} */ { title, ...rest }) => ({
      ...axis,
      ...rest,
      title: { text: title, font, standoff: 6 },
    });
    plotly.react(
      element,
      made.traces,
      layoutOf(theme, {
        margin: MARGIN,
        width: element.clientWidth,
        height: element.clientHeight,
        showlegend: true,
        legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font },
        ...made.layout,
        xaxis: titled(made.x),
        yaxis: titled(made.y),
      }),
      CONFIG,
    );
    if (onClick && !element.dataset.listens) {
      element.dataset.listens = "true";
      onPoint(element, ([{ customdata }]) => onClick(customdata));
    }
    element.dataset.drawn = "true";
  });

  return { element, draw };
}
