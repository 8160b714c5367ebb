// A layer's codes in the plane of its codebook's two principal axes (Plotly); size says how often each is used.

import { codeColour, css } from "../shared/colour.js";
import { h } from "../shared/dom.js";
import { CONFIG, fontOf, layoutOf, onPoint, plotIn } from "../shared/plot.js";

/**
 * @import { Rgb } from "../shared/colour.js"
 * @import { Studio } from "../shared/store.js"
 * @import { Values, View } from "../shared/types.js"
 */

const MARGIN = { l: 40, r: 8, t: 6, b: 34 };
const [LEAST, MOST] = [4, 22]; // pixels across
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(0)}%`;

/** choose(code) is called for a clicked code; show(map, entry, rank of each code's colour) draws. */
export function codeMap(
  /** @type {Studio} */ studio,
  /** @type {(code: number) => void} */ choose,
) {
  /** @type {{ map: View<"dictionary">, entry: View<"entry"> | null, ranks: Values } | null} */
  let shown = null;
  const plot = h("div", { class: "plot", role: "img" });
  const element = h("div", { class: "code-map" }, plot);

  const draw = plotIn(studio, element, (plotly, theme) => {
    if (!shown) return;
    const { map, entry, ranks } = shown;
    const size = map.num_codes;
    const x = Array.from({ length: size }, (_, code) => map.points.values[2 * code]);
    const y = Array.from({ length: size }, (_, code) => map.points.values[2 * code + 1]);
    const counts = [...map.counts.values];
    const top = Math.max(1, ...counts);
    const font = fontOf(theme);
    const axis = (/** @type {number} */ index) => ({
      gridcolor: theme.line,
      zeroline: false,
      nticks: 6,
      tickfont: font,
      fixedrange: true,
      title: {
        text: `axis ${index + 1}, ${percent(map.explained[index])} of variance`,
        font,
        standoff: 4,
      },
    });
    const near = entry ? entry.near.map(({ code }) => code) : [];
    const ring = (
      /** @type {number[]} */ codes,
      /** @type {string} */ colour,
      /** @type {number} */ width,
    ) => ({
      type: "scatter",
      mode: "markers",
      hoverinfo: "skip",
      x: codes.map((code) => x[code]),
      y: codes.map((code) => y[code]),
      marker: {
        symbol: "circle-open",
        color: colour,
        size: codes.map((code) => diameter(counts[code], top) + 7),
        line: { width },
      },
    });
    plotly.react(
      plot,
      [
        {
          type: "scatter",
          mode: "markers",
          x,
          y,
          text: counts.map((count, code) => `code ${code}, ${count.toLocaleString("en")} times`),
          hoverinfo: "text",
          marker: {
            size: counts.map((count) => diameter(count, top)),
            color: x.map((_, code) => css(codeColour(ranks[code] / Math.max(1, size - 1)))),
            opacity: counts.map((count) => (count ? 0.9 : 0.35)),
            line: { width: 0.7, color: theme.ghost },
          },
        },
        ring(near, theme.soft, 1.2),
        ring(entry ? [entry.code] : [], theme.edited, 2.5),
      ],
      layoutOf(theme, { margin: MARGIN, xaxis: axis(0), yaxis: axis(1) }),
      CONFIG,
    );
    if (!plot.dataset.listens) {
      plot.dataset.listens = "true";
      onPoint(plot, (points) => {
        const hit = points.find(({ curveNumber }) => curveNumber === 0);
        if (hit) choose(hit.pointNumber);
      });
    }
    plot.setAttribute(
      "aria-label",
      `Layer ${map.layer + 1}: ${size} codes along the two principal axes of the codebook, ${percent(map.explained[0] + map.explained[1])} of its variance`,
    );
  });

  return {
    element,
    show(
      /** @type {View<"dictionary">} */ map,
      /** @type {View<"entry"> | null} */ entry,
      /** @type {Values} */ ranks,
    ) {
      shown = { map, entry, ranks };
      draw();
    },
  };
}

const diameter = (/** @type {number} */ count, /** @type {number} */ top) =>
  LEAST + (MOST - LEAST) * Math.sqrt(count / top);
