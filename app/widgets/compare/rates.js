// What a bit buys: error against bits a second, one line a checkpoint (Plotly).

import { h } from "../shared/dom.js";
import { CONFIG, fontOf, layoutOf, plotIn } from "../shared/plot.js";

/**
 * @import { Compared, ScoredRate } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

/**
 * @typedef {"local" | "root" | "global"} Aligned
 * @typedef {"nominal" | "entropy"} Rate
 *
 * @typedef {object} Shown
 * @property {{ title: string, points: ScoredRate[], order: number }[]} scored
 * @property {Aligned} alignment
 * @property {Rate} rate
 * @property {string} aligned the alignment in words
 */

const MARGIN = { l: 52, r: 14, t: 8, b: 44 };
const SYMBOLS = ["circle", "square", "diamond", "triangle-up"];
const WIDE = 30; // errors further apart than this would lie on the axis

export function ratePlot(/** @type {Studio} */ studio) {
  /** @type {Shown | null} */
  let shown = null;
  const element = h("div", { class: "compare-plot", role: "img" });

  const draw = plotIn(studio, element, (plotly, theme) => {
    if (!shown) return;
    const { scored, alignment, rate, aligned } = shown;
    const font = fontOf(theme);
    const axis = (/** @type {string} */ text) => ({
      title: { text, font, standoff: 8 },
      tickfont: font,
      gridcolor: theme.line,
      zeroline: false,
      fixedrange: true,
      rangemode: "tozero",
    });
    const all = scored.flatMap(({ points }) => points.map((point) => point[alignment]));
    const isWide = Math.max(...all) > WIDE * Math.min(...all);
    plotly.react(
      element,
      scored.map(({ title, points, order }) => ({
        type: "scatter",
        mode: "lines+markers",
        name: title,
        x: points.map((point) => point[rate]),
        y: points.map((point) => point[alignment]),
        text: points.map((_, k) => (k ? `layers 1–${k + 1}` : "layer 1")),
        hovertemplate: "%{text}: %{x:.0f} bit/s, %{y:.1f} mm<extra>%{fullData.name}</extra>",
        line: { color: theme.joints[order], width: 2 },
        marker: { size: 7, symbol: SYMBOLS[order] },
      })),
      layoutOf(theme, {
        width: element.clientWidth,
        height: element.clientHeight,
        margin: MARGIN,
        showlegend: true,
        legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { ...font, size: 12 } },
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
      `Error against bits a second for ${scored.map(({ title }) => title).join(", ")}; the numbers are in the tables`,
    );
  });

  return {
    element,
    /**
     * Those of a comparison; the ones without scores are left out.
     *
     * @param {Compared[]} contestants
     * @param {Aligned} alignment
     * @param {Rate} rate
     * @param {string} aligned
     */
    show(contestants, alignment, rate, aligned) {
      const scored = contestants.flatMap(({ title, scores }, order) =>
        scores ? [{ title, points: scores.points, order }] : [],
      );
      element.hidden = !scored.length;
      shown = scored.length ? { scored, alignment, rate, aligned } : null;
      draw();
    },
  };
}
