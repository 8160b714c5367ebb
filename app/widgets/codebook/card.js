// One layer's codebook: how often its codes occur, their norms, and its figures.

import { fitCanvas, h, setText } from "../shared/dom.js";
import { bits, whole } from "../lab/parts.js";

const FIGURES = [
  ["tokens", "tokens seen", (row) => whole(row.tokens)],
  ["used", "codes used", (row, size) => `${whole(row.used)} of ${whole(size)}`],
  ["never", "never used", (row) => whole(row.never_used)],
  ["perplexity", "perplexity", (row) => row.perplexity.toFixed(1)],
  ["entropy", "entropy, corrected", (row) => `${bits(row.corrected_bits)} bits`],
  ["before", "‖r‖² before", (row, size, energies, layer) => energy(energies?.[layer])],
  ["after", "‖r‖² after", (row, size, energies, layer) => left(energies, layer)],
];
const ESTIMATED = new Set(["perplexity", "entropy"]); // what few tokens make too low
const TITLES = {
  tokens: "Tokens counted in this layer; dropped ones and padding do not count",
  perplexity: "2 to the plug-in entropy: as many equally likely codes have that entropy",
  before: "Mean squared norm of what this layer is given",
  after: "Mean squared norm of what this layer leaves, and its share of what it was given",
};

const energy = (value) => (value === undefined ? "–" : value.toPrecision(4));
function left(energies, layer) {
  if (!energies) return "–";
  const share = (100 * energies[layer + 1]) / energies[layer];
  return `${energy(energies[layer + 1])} (${share.toFixed(0)} %)`;
}

export function makeCard(layer) {
  const canvas = h("canvas", { class: "histogram", role: "img", tabindex: "0" });
  const pointed = h("span", { class: "note pointed" });
  const book = h("p", { class: "note" });
  const remark = h("p", { class: "note" });
  const body = h(
    "tbody",
    {},
    ...FIGURES.map(([name, label]) =>
      h(
        "tr",
        {},
        h("th", { scope: "row", title: TITLES[name] }, label),
        h("td", { "data-cell": `clip-${name}` }),
        h("td", { "data-cell": `data-${name}` }),
      ),
    ),
  );
  const head = h(
    "tr",
    {},
    h("td", {}),
    h("th", { scope: "col" }, "this clip"),
    h("th", { scope: "col" }, "data set"),
  );
  const element = h(
    "article",
    { class: "codebook-card", "data-layer": layer + 1 },
    h("div", { class: "card-head" }, h("h3", {}, `Layer ${layer + 1}`), pointed),
    canvas,
    h("table", { class: "lab-table" }, h("thead", {}, head), body),
    book,
    remark,
  );

  function show(view) {
    for (const [part, use] of [
      ["clip", view.clip_use],
      ["data", view.data_use],
    ])
      for (const [name, , read] of FIGURES) {
        const cell = element.querySelector(`[data-cell=${part}-${name}]`);
        const row = use?.rows[layer];
        setText(cell, row ? read(row, view.num_embeddings, use.energies, layer) : "–");
        if (!ESTIMATED.has(name)) continue;
        cell.classList.toggle("caution", row?.reliable === false);
        cell.title = row?.reason ?? "";
      }
    const { least_norm, median_norm, largest_norm, zero_norm, duplicates } = view.codebooks[layer];
    setText(
      book,
      `Norms ${least_norm.toPrecision(3)} to ${largest_norm.toPrecision(3)}, median ${median_norm.toPrecision(3)}; zero vectors: ${zero_norm}, duplicates: ${duplicates}`,
    );
    setText(remark, `This clip: ${view.clip_use.rows[layer].reason}`);
  }

  return { element, canvas, pointed, show };
}

/** Data set upwards, clip downwards, and at the foot each code's norm; codes from left to right. */
export function drawCard(canvas, view, layer, order, theme) {
  const { context, width, height } = fitCanvas(canvas);
  const size = view.num_embeddings;
  const at = layer * size;
  const bar = width / size;
  const [line, clipEnd] = [height * 0.5, height * 0.76];
  const most = (values) => values.subarray(at, at + size).reduce((a, b) => Math.max(a, b), 1e-9);
  context.clearRect(0, 0, width, height);
  if (view.data_use) {
    const counts = view.data_use.counts.values;
    const top = most(counts);
    context.fillStyle = theme.ghost;
    order.forEach((code, place) => {
      const high = (line - 2) * (counts[at + code] / top);
      context.fillRect(place * bar, line - high, Math.max(bar, 0.6), high);
    });
  }
  context.fillStyle = theme.line;
  context.fillRect(0, line, width, 1);
  const counts = view.clip_use.counts.values;
  const clipTop = most(counts);
  context.fillStyle = theme.accent;
  order.forEach((code, place) => {
    const count = counts[at + code];
    const high = 4 + (clipEnd - line - 6) * (count / clipTop);
    if (count) context.fillRect(place * bar, line + 2, Math.max(bar, 1.5), high);
  });
  context.fillStyle = theme.line;
  context.fillRect(0, height - 1, width, 1);
  const norms = view.norms.values;
  const longest = most(norms);
  context.fillStyle = theme.soft;
  order.forEach((code, place) => {
    const high = (height - clipEnd - 4) * (norms[at + code] / longest);
    context.fillRect(place * bar, height - 1 - high, Math.max(bar, 1), 1.4);
  });
}
