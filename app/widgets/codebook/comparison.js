// All codebooks in one table: two rows a layer, the data set's and this clip's.

import { h, setText } from "../shared/dom.js";
import { bits, whole } from "../lab/parts.js";

/**
 * @import { LayerUse } from "../shared/payloads"
 * @import { View } from "../shared/types.js"
 */

/**
 * @typedef {View<"codebook">} Codebooks
 * @typedef {Codebooks["clip_use"]} Use
 * @typedef {[name: string, label: string, read: (row: LayerUse, size: number, energies: number[] | null) => string]} Figure
 */

/** @type {Figure[]} */
const FIGURES = [
  ["tokens", "tokens seen", (row) => whole(row.tokens)],
  ["used", "codes used", (row, size) => `${whole(row.used)} of ${whole(size)}`],
  ["never", "never used", (row) => whole(row.never_used)],
  ["perplexity", "perplexity", (row) => row.perplexity.toFixed(1)],
  ["entropy", "entropy, corrected", (row) => `${bits(row.corrected_bits)} bits`],
  ["before", "‖r‖² before", (row, size, energies) => energy(energies?.[row.layer - 1])],
  ["after", "‖r‖² after", (row, size, energies) => left(energies, row.layer - 1)],
];
const ESTIMATED = new Set(["perplexity", "entropy"]); // what few tokens make too low
/** @type {Partial<Record<string, string>>} */
const TITLES = {
  tokens: "Tokens counted in this layer; dropped ones and padding do not count",
  perplexity: "2 to the plug-in entropy: as many equally likely codes have that entropy",
  before: "Mean squared norm of what this layer is given",
  after: "Mean squared norm of what this layer leaves, and its share of what it was given",
};

const energy = (/** @type {number | undefined} */ value) =>
  value === undefined ? "–" : value.toPrecision(4);
function left(/** @type {number[] | null} */ energies, /** @type {number} */ layer) {
  if (!energies) return "–";
  const share = (100 * energies[layer + 1]) / energies[layer];
  return `${energy(energies[layer + 1])} (${share.toFixed(0)}%)`;
}

/** The table with the sentences under it; show(view) fills it. */
export function codebookTable() {
  const frame = h("div", { class: "table-frame", tabindex: "0", role: "group", "aria-label": "All codebooks" });
  const remark = h("p", { class: "note" });
  return {
    element: h("div", { class: "codebook-table" }, frame, remark),
    show(/** @type {Codebooks} */ view) {
      frame.replaceChildren(
        h("table", { class: "lab-table" }, head(), h("tbody", {}, ...view.codebooks.flatMap((_, layer) => rowsOf(view, layer)))),
      );
      const reasons = view.clip_use.rows.filter(({ reliable }) => !reliable).map(({ reason }) => reason);
      setText(remark, [...new Set(reasons)].join(" "));
    },
  };
}

function head() {
  const names = FIGURES.map(([name, label]) => h("th", { scope: "col", title: TITLES[name] }, label));
  const more = ["norms: least, median, largest", "zero codes, duplicates"];
  return h(
    "thead",
    {},
    h("tr", {}, h("td", {}), h("td", {}), ...names, ...more.map((name) => h("th", { scope: "col" }, name))),
  );
}

function rowsOf(/** @type {Codebooks} */ view, /** @type {number} */ layer) {
  const { least_norm, median_norm, largest_norm, zero_norm, duplicates } = view.codebooks[layer];
  const norms = [least_norm, median_norm, largest_norm].map((norm) => norm.toPrecision(3)).join(", ");
  const cells = (/** @type {string} */ part, /** @type {Use | null} */ use) =>
    FIGURES.map(([name, , read]) => {
      const row = use?.rows[layer];
      const isLow = ESTIMATED.has(name) && row?.reliable === false;
      const text = use && row ? read(row, view.num_embeddings, use.energies) : "–";
      return h("td", { "data-cell": `${part}-${name}`, class: isLow && "caution", title: isLow && row?.reason }, text);
    });
  return [
    h(
      "tr",
      { class: "first-of-layer" },
      h("th", { scope: "rowgroup", rowspan: 2 }, `Layer ${layer + 1}`),
      h("th", { scope: "row" }, "data set"),
      ...cells("data", view.data_use),
      h("td", { rowspan: 2 }, norms),
      h("td", { rowspan: 2 }, `${zero_norm}, ${duplicates}`),
    ),
    h("tr", {}, h("th", { scope: "row" }, "this clip"), ...cells("clip", view.clip_use)),
  ];
}
