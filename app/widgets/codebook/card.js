// One layer's codebook as a small picture: how often its codes occur, and their norms.

import { fitCanvas, h } from "../shared/dom.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { Values, View } from "../shared/types.js"
 */

/** @typedef {View<"codebook">} Codebooks */

export function makeCard(/** @type {number} */ layer) {
  const canvas = h("canvas", { class: "histogram", role: "img", tabindex: "0" });
  const pointed = h("span", { class: "note pointed" });
  const element = h(
    "article",
    { class: "codebook-card", "data-layer": layer + 1 },
    h("div", { class: "card-head" }, h("h3", {}, `Layer ${layer + 1}`), pointed),
    canvas,
  );
  return { element, canvas, pointed };
}

/**
 * Data set upwards, clip downwards, and at the foot each code's norm; codes from left to right.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Codebooks} view
 * @param {number} layer
 * @param {number[]} order
 * @param {Theme} theme
 */
export function drawCard(canvas, view, layer, order, theme) {
  const { context, width, height } = fitCanvas(canvas);
  const size = view.num_embeddings;
  const at = layer * size;
  const bar = width / size;
  const [line, clipEnd] = [height * 0.5, height * 0.76];
  const most = (/** @type {Values} */ values) => Math.max(1e-9, ...values.subarray(at, at + size));
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
