// What a bit buys: error against bits a second, one line a checkpoint (Plotly).

import { h } from "../shared/dom.js";
import { CONFIG, fontOf, layoutOf, plotIn } from "../shared/plot.js";

const MARGIN = { l: 52, r: 14, t: 8, b: 44 };
const SYMBOLS = ["circle", "square", "diamond", "triangle-up"];
const WIDE = 30; // errors further apart than this would lie on the axis

export function ratePlot(studio) {
  let shown = null;
  const element = h("div", { class: "compare-plot", role: "img" });

  const draw = plotIn(studio, element, (plotly, theme) => {
    if (!shown) return;
    const { scored, alignment, rate, aligned } = shown;
    const font = fontOf(theme);
    const axis = (text) => ({
      title: { text, font, standoff: 8 },
      tickfont: font,
      gridcolor: theme.line,
      zeroline: false,
      fixedrange: true,
      rangemode: "tozero",
    });
    const all = scored.flatMap(([{ scores }]) => scores.points.map((point) => point[alignment]));
    const isWide = Math.max(...all) > WIDE * Math.min(...all);
    plotly.react(
      element,
      scored.map(([{ title, scores }, i]) => ({
        type: "scatter",
        mode: "lines+markers",
        name: title,
        x: scores.points.map((point) => point[rate]),
        y: scores.points.map((point) => point[alignment]),
        text: scores.points.map((_, k) => (k ? `layers 1–${k + 1}` : "layer 1")),
        hovertemplate: "%{text}: %{x:.0f} bit/s, %{y:.1f} mm<extra>%{fullData.name}</extra>",
        line: { color: theme.joints[i], width: 2 },
        marker: { size: 7, symbol: SYMBOLS[i] },
      })),
      layoutOf(theme, {
        width: element.clientWidth,
        height: element.clientHeight,
        margin: MARGIN,
        showlegend: true,
        legend: { x: 1, xanchor: "right", y: 1, bgcolor: "rgba(0,0,0,0)", font: { ...font, size: 12 } },
        xaxis: axis(`bit/s, ${rate}`),
        yaxis: {
          ...axis(`MPJPE, mm, ${aligned}${isWide ? ", logarithmic" : ""}`),
          type: isWide ? "log" : "linear",
        },
      }),
      CONFIG,
    );
    element.setAttribute(
      "aria-label",
      `Error against bits a second for ${scored.map(([one]) => one.title).join(", ")}; the numbers are in the tables`,
    );
  });

  return {
    element,
    /** contestants: those of a comparison; the ones without scores are left out. */
    show(contestants, alignment, rate, aligned) {
      const scored = contestants.map((one, i) => [one, i]).filter(([one]) => one.scores);
      element.hidden = !scored.length;
      shown = scored.length ? { scored, alignment, rate, aligned } : null;
      draw();
    },
  };
}
