// A chart of the laboratory: two titled axes and a legend.

import { h } from "../shared/dom.js";
import { CONFIG, fontOf, layoutOf, plotIn } from "../shared/plot.js";

const MARGIN = { l: 52, r: 14, t: 10, b: 40 };

/** Colours of the layers, first layer first; where there are more layers they come again. */
export const layerColour = (theme, layer) => {
  const colours = [...theme.joints, theme.edited, theme.soft];
  return colours[layer % colours.length];
};

/** make(theme) gives {traces, x, y, layout}, or null as long as there is nothing to draw. */
export function chart(studio, { label, make, onClick = null }) {
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
    const titled = ({ title, ...rest }) => ({
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
      element.on("plotly_click", ({ points }) => onClick(points[0].customdata));
    }
    element.dataset.drawn = "true";
  });

  return { element, draw };
}
