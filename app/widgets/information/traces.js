// The curves of the Information tab as Plotly traces.

import { layerColour } from "../lab/chart.js";

const TENS = [1, 10, 100, 1000, 10_000, 100_000];
const LOGARITHMIC = { type: "log", tickvals: TENS.flatMap((ten) => [ten, 2 * ten, 5 * ten]) };

export function curveTraces(found, theme) {
  return {
    traces: found.curves.flatMap((curve, layer) => [
      {
        x: curve.sizes,
        y: curve.corrected_bits,
        name: `layer ${layer + 1}`,
        mode: "lines+markers",
        marker: { size: 4 },
        line: { color: layerColour(theme, layer), width: 1.8 },
        hovertemplate: `layer ${layer + 1}, %{x} tokens: %{y:.2f} bits<extra></extra>`,
      },
      {
        x: curve.sizes,
        y: curve.plugin_bits,
        showlegend: false,
        mode: "lines",
        line: { color: layerColour(theme, layer), width: 1, dash: "dot" },
        hovertemplate: `layer ${layer + 1}, %{x} tokens, plug-in: %{y:.2f} bits<extra></extra>`,
      },
    ]),
    x: { title: "tokens in a random subsample (dotted: plug-in)", ...LOGARITHMIC },
    y: { title: "bits a token", rangemode: "tozero" },
  };
}

export function informationTraces(found, theme) {
  return {
    traces: found.information_curves.flatMap(({ layer, sizes, corrected_bits, null_bits }) => {
      const colour = layerColour(theme, layer - 1);
      return [
        {
          x: sizes,
          y: corrected_bits,
          name: `layers 1 and ${layer}`,
          mode: "lines+markers",
          marker: { size: 4 },
          line: { color: colour, width: 1.8 },
          hovertemplate: `layers 1 and ${layer}, %{x} tokens: %{y:.2f} bits<extra></extra>`,
        },
        {
          x: sizes,
          y: null_bits,
          showlegend: false,
          mode: "lines",
          line: { color: colour, width: 1, dash: "dot" },
          hovertemplate: `layers 1 and ${layer}, %{x} tokens, shuffled: %{y:.2f} bits<extra></extra>`,
        },
      ];
    }),
    x: { title: "tokens in a random subsample", ...LOGARITHMIC },
    y: { title: "bits a step", rangemode: "tozero" },
  };
}

export function distortionTraces(found, theme, how) {
  const most = Math.max(...found.rate_distortion.map((point) => point.mm));
  const trace = (rate, name, colour, labels) => ({
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
