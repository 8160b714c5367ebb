// The curves of the Information tab as Plotly traces.

import { layerColour } from "../lab/chart.js";

/**
 * @import { Rgb, Theme } from "../shared/colour.js"
 * @import { InformationResult } from "../shared/payloads"
 */

const TENS = [1, 10, 100, 1000, 10_000, 100_000];
const LOGARITHMIC = { type: "log", tickvals: TENS.flatMap((ten) => [ten, 2 * ten, 5 * ten]) };

/**
 * A layer's estimate, and dotted what it is held against, over the tokens of random subsamples.
 *
 * @type {(theme: Theme, layer: number, name: string, sizes: number[], values: number[], reference: number[], against: string) => object[]}
 */
const estimate = (theme, layer, name, sizes, values, reference, against) => [
  {
    x: sizes,
    y: values,
    name,
    mode: "lines+markers",
    marker: { size: 4 },
    line: { color: layerColour(theme, layer), width: 1.8 },
    hovertemplate: `${name}, %{x} tokens: %{y:.2f} bits<extra></extra>`,
  },
  {
    x: sizes,
    y: reference,
    showlegend: false,
    mode: "lines",
    line: { color: layerColour(theme, layer), width: 1, dash: "dot" },
    hovertemplate: `${name}, %{x} tokens, ${against}: %{y:.2f} bits<extra></extra>`,
  },
];

export function curveTraces(/** @type {InformationResult} */ found, /** @type {Theme} */ theme) {
  return {
    traces: found.curves.flatMap(
      ({ sizes, corrected_bits, plugin_bits }, /** @type {number} */ layer) =>
        estimate(theme, layer, `layer ${layer + 1}`, sizes, corrected_bits, plugin_bits, "plug-in"),
    ),
    x: { title: "tokens in a random subsample (dotted: plug-in)", ...LOGARITHMIC },
    y: { title: "bits a token", rangemode: "tozero" },
  };
}

export function informationTraces(
  /** @type {InformationResult} */ found,
  /** @type {Theme} */ theme,
) {
  return {
    traces: found.information_curves.flatMap(({ layer, sizes, corrected_bits, null_bits }) =>
      estimate(
        theme,
        layer - 1,
        `layers 1 and ${layer}`,
        sizes,
        corrected_bits,
        null_bits,
        "shuffled",
      ),
    ),
    x: { title: "tokens in a random subsample", ...LOGARITHMIC },
    y: { title: "bits a step", rangemode: "tozero" },
  };
}

export function distortionTraces(
  /** @type {InformationResult} */ found,
  /** @type {Theme} */ theme,
  /** @type {string} */ how,
) {
  const most = Math.max(...found.rate_distortion.map((point) => point.mm));
  const trace = (
    /** @type {"nominal" | "entropy"} */ rate,
    /** @type {string} */ name,
    /** @type {string} */ colour,
    /** @type {boolean} */ labels,
  ) => ({
    x: found.rate_distortion.map((point) => point[rate]),
    y: found.rate_distortion.map((point) => point.mm),
    text: found.rate_distortion.map((point) => String(point.layers)),
    textposition: "top right",
    textfont: { color: theme.soft, size: 11 },
    name,
    mode: labels ? "lines+markers+text" : "lines+markers",
    line: { color: colour, width: 2 },
    hovertemplate: `first %{text} layers, ${name}: %{x:.1f} bit/s, %{y:.1f} mm<extra></extra>`,
  });
  return {
    traces: [
      trace("nominal", "nominal rate", theme.ghost, true),
      trace("entropy", "entropy rate", theme.accent, false),
    ],
    x: { title: "bits a second", rangemode: "tozero" },
    y: { title: `mm, ${how}`, range: [0, 1.15 * most] },
  };
}
