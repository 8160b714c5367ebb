// A Plotly chart in the page's own colours, drawn again when its size or the theme changes.

import { onThemeChange, themeColours } from "../shared/colour.js";
import { h, onResize, oncePerFrame } from "../shared/dom.js";

const MARGIN = { l: 52, r: 14, t: 10, b: 40 };

/** Colours of the layers, first layer first; where there are more layers they come again. */
export const layerColour = (theme, layer) => {
  const colours = [...theme.joints, theme.edited, theme.soft];
  return colours[layer % colours.length];
};

/** make(theme) gives {traces, x, y, layout}, or null as long as there is nothing to draw. */
export function chart(studio, { label, make, onClick = null }) {
  const element = h("div", { class: "lab-chart", role: "img", "aria-label": label });
  let plotly = null;
  let theme = null;

  const draw = oncePerFrame(() => {
    if (!plotly || !element.clientWidth) return;
    theme ??= themeColours(element);
    const made = make(theme);
    element.classList.toggle("empty", !made);
    if (!made) return;
    const font = { family: "ui-sans-serif, system-ui, sans-serif", size: 11, color: theme.soft };
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
      {
        margin: MARGIN,
        font,
        width: element.clientWidth,
        height: element.clientHeight,
        showlegend: true,
        legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font },
        paper_bgcolor: "rgba(0,0,0,0)",
        plot_bgcolor: "rgba(0,0,0,0)",
        dragmode: false,
        hovermode: "closest",
        hoverlabel: {
          bgcolor: theme.panel,
          bordercolor: theme.soft,
          font: { ...font, color: theme.ink },
        },
        ...made.layout,
        xaxis: titled(made.x),
        yaxis: titled(made.y),
      },
      { displayModeBar: false },
    );
    if (onClick && !element.dataset.listens) {
      element.dataset.listens = "true";
      element.on("plotly_click", ({ points }) => onClick(points[0].customdata));
    }
    element.dataset.drawn = "true";
  });

  onResize(element, draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  studio.plotly().then((loaded) => {
    plotly = loaded;
    draw();
  });
  return { element, draw };
}
