// A matrix of mutual information between layers: value, null, and by colour what exceeds the null.

import { h, setText } from "../shared/dom.js";
import { bits } from "../lab/parts.js";

/** @import { BetweenLayers } from "../shared/payloads" */

export function informationMatrix() {
  const frame = h("div", { class: "table-frame" });
  const note = h("p", { class: "note" });
  return { element: h("div", {}, frame, note), show };

  function cell(/** @type {BetweenLayers} */ pair, /** @type {number} */ top) {
    const share = pair.reliable ? Math.max(0, pair.excess_bits) / top : 0;
    return h(
      "td",
      {
        class: pair.reliable ? "stands" : "weak",
        style: `--share:${(100 * share).toFixed(1)}%`,
        tabindex: "0",
        "data-pair": `${pair.first}-${pair.second}`,
        "data-bits": pair.corrected_bits,
        "data-null": pair.null_bits,
        title: pair.reason,
        "aria-label": `Layers ${pair.first} and ${pair.second}. ${pair.reason}`,
        onfocus: () => tell(pair),
        onpointerenter: () => tell(pair),
      },
      bits(pair.corrected_bits),
      h("small", {}, bits(pair.null_bits)),
    );
  }

  function tell(/** @type {BetweenLayers} */ pair) {
    setText(note, `Layers ${pair.first} and ${pair.second}: ${pair.reason}`);
  }

  function show(/** @type {BetweenLayers[]} */ pairs, /** @type {number} */ layers) {
    const top = Math.max(...pairs.map((pair) => pair.excess_bits), 0.01);
    const found = new Map(pairs.map((pair) => [`${pair.first}-${pair.second}`, pair]));
    const numbers = Array.from({ length: layers }, (_, layer) => layer + 1);
    const row = (/** @type {number} */ u) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, `layer ${u}`),
        ...numbers.slice(1).map((v) => {
          const pair = v > u ? found.get(`${u}-${v}`) : undefined;
          return pair ? cell(pair, top) : h("td", {});
        }),
      );
    frame.replaceChildren(
      h(
        "table",
        { class: "matrix information-matrix" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td", {}),
            ...numbers.slice(1).map((v) => h("th", { scope: "col" }, `layer ${v}`)),
          ),
        ),
        h("tbody", {}, ...numbers.slice(0, -1).map(row)),
      ),
    );
    setText(
      note,
      "The bluer, the further above the null. Grey: no more than chance, or too few pairs.",
    );
  }
}
