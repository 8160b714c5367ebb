// The error of every subset against its number of layers.

import { aligned } from "../lab/parts.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { LayerWorth, Subset } from "../shared/payloads"
 * @import { View } from "../shared/types.js"
 */

/** @typedef {View<"lattice"> & { subsets: Subset[], single: LayerWorth[], all_mm: number }} Scored */

const SPREAD = 0.7; // of the distance between two sizes, for the subsets of one size

// Plotly itself writes 2 for 200 on a short logarithmic axis.
const ROUND = [0, 1, 2, 3, 4].flatMap((power) => [1, 2, 5].map((times) => times * 10 ** power));

/** Subsets of one size side by side, so that none hides another. */
function placed(/** @type {Subset[]} */ subsets) {
  /** @type {Map<number, Subset[]>} */
  const sizes = new Map();
  for (const one of subsets) {
    const size = one.layers.length;
    sizes.set(size, [...(sizes.get(size) ?? []), one]);
  }
  return subsets.map((one) => {
    const same = sizes.get(one.layers.length) ?? [];
    const at = same.length > 1 ? same.indexOf(one) / (same.length - 1) - 0.5 : 0;
    return one.layers.length + (one.is_prefix ? 0 : SPREAD * at);
  });
}

/** Errors against the number of layers; a logarithmic axis, since a few subsets are off by metres. */
export function subsetTraces(
  /** @type {Scored} */ view,
  /** @type {Theme} */ theme,
  /** @type {string} */ shown,
) {
  const x = placed(view.subsets);
  const pick = (/** @type {(one: Subset) => boolean} */ wanted) =>
    view.subsets.flatMap((one, i) => (wanted(one) ? [i] : []));
  const points = (/** @type {number[]} */ indices, /** @type {object} */ rest) => ({
    x: indices.map((i) => x[i]),
    y: indices.map((i) => view.subsets[i].mm),
    customdata: indices.map((i) => view.subsets[i].layers),
    text: indices.map((i) => view.subsets[i].layers.join(" ")),
    hovertemplate: "layers %{text}: %{y:.1f} mm<extra></extra>",
    ...rest,
  });
  return {
    traces: [
      points(
        pick((one) => !one.is_prefix),
        { name: "other subsets", mode: "markers", marker: { color: theme.ghost, size: 7 } },
      ),
      points(
        pick((one) => one.is_prefix),
        {
          name: "the first k layers",
          mode: "lines+markers",
          line: { color: theme.accent, width: 2 },
          marker: { size: 9 },
        },
      ),
      points(
        pick((one) => one.layers.join(" ") === shown),
        {
          name: "on the workbench",
          mode: "markers",
          hoverinfo: "skip",
          hovertemplate: null,
          marker: {
            color: "rgba(0,0,0,0)",
            size: 15,
            line: { color: theme.ink, width: 2 },
          },
        },
      ),
    ],
    x: { title: "layers in the subset", dtick: 1, range: [0.5, view.num_quantizers + 0.5] },
    y: { title: `mm, ${aligned(view)}, logarithmic`, type: "log", tickvals: ROUND },
  };
}
