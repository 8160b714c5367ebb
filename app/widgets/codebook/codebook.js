// How each layer's codebook is used: by this clip and over a data set, code by code.

import { chart, layerColour } from "../lab/chart.js";
import { dataBar } from "../lab/dataset.js";
import { figure, saveControl, whole } from "../lab/parts.js";
import { liveTheme } from "../shared/colour.js";
import { h, onResize, segmented, setText } from "../shared/dom.js";
import { drawCard, makeCard } from "./card.js";
import { codebookTable } from "./comparison.js";

/**
 * @import { Rgb, Theme } from "../shared/colour.js"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

const ORDERS = [
  ["use", "Most used first", "By use over the data set, or in this clip where that is not known"],
  ["number", "By number", "In the order of the code numbers, which are only names"],
];

/** Codes of a layer from left to right. */
function ordered(
  /** @type {View<"codebook">} */ view,
  /** @type {number} */ layer,
  /** @type {string} */ by,
) {
  const size = view.num_embeddings;
  const codes = Array.from({ length: size }, (_, code) => code);
  if (by === "number") return codes;
  const { values } = (view.data_use ?? view.clip_use).counts;
  const at = layer * size;
  return codes.sort((a, b) => values[at + b] - values[at + a]);
}

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {View<"codebook">} */
  let view;
  let by = "use";
  /** @type {ReturnType<typeof makeCard>[]} */
  let cards = [];
  /** @type {number[][]} */
  let orders = [];
  const theme = liveTheme(() => {
    if (view) cards.forEach((_, layer) => draw(layer));
  });

  const lead = h("p", { class: "note lab-lead" });
  const switchOrder = segmented("Order of the codes", ORDERS, (value) => {
    by = value;
    switchOrder.show(by);
    arrange();
  });
  switchOrder.show(by);
  const grid = h("div", { class: "cards" });
  const compared = codebookTable();
  const energies = chart(studio, {
    label: "Residual energy after each layer, in this clip and over the data set",
    make: (colours) => view && energyTraces(view, colours),
  });
  const norms = chart(studio, {
    label: "Norms of the codes of each layer, longest first",
    make: (colours) => view && normTraces(view, colours),
  });
  place.append(
    dataBar(studio),
    h(
      "div",
      { class: "lab-tools" },
      switchOrder,
      saveControl(studio, "code-use", "the histograms", { words: "Save histograms" }),
      saveControl(studio, "codebooks", "the table", { kinds: ["csv"], words: "Save table" }),
    ),
    lead,
    grid,
    compared.element,
    h(
      "div",
      { class: "lab-grid" },
      figure(
        "Residual energy after each layer",
        { save: saveControl(studio, "residual-energy", "the residual energy") },
        energies.element,
      ),
      figure(
        "Code norms",
        { save: saveControl(studio, "code-norms", "the code norms") },
        norms.element,
      ),
    ),
  );

  const draw = (/** @type {number} */ layer) => {
    drawCard(cards[layer].canvas, view, layer, orders[layer], theme);
  };

  function point(/** @type {number} */ layer, /** @type {PointerEvent} */ event) {
    const { canvas, pointed } = cards[layer];
    const box = canvas.getBoundingClientRect();
    const size = view.num_embeddings;
    const share = (event.clientX - box.left) / box.width;
    const code = orders[layer][Math.min(size - 1, Math.max(0, Math.floor(share * size)))];
    const at = layer * size + code;
    const over = view.data_use ? `, ${whole(view.data_use.counts.values[at])} in the data set` : "";
    setText(
      pointed,
      `code ${code}: ${view.clip_use.counts.values[at]} in this clip${over}, norm ${view.norms.values[at].toPrecision(3)}`,
    );
  }

  function build(/** @type {number} */ count) {
    cards = Array.from({ length: count }, (_, layer) => makeCard(layer));
    grid.replaceChildren(...cards.map(({ element }) => element));
    cards.forEach(({ canvas, pointed }, layer) => {
      canvas.addEventListener("pointermove", (event) => point(layer, event));
      canvas.addEventListener("pointerleave", () => setText(pointed, ""));
      // A card of a checkpoint with more layers reports once more when it is taken off the page.
      onResize(canvas, () => {
        if (canvas.isConnected && orders.length) draw(layer);
      });
    });
  }

  function arrange() {
    orders = cards.map((_, layer) => ordered(view, layer, by));
    const first = by === "use" ? "most used first" : "by number";
    cards.forEach(({ canvas }, layer) => {
      canvas.setAttribute(
        "aria-label",
        `Layer ${layer + 1}: its ${view.num_embeddings} codes, ${first}; above the line over the data set, below it in this clip, at the foot each code's norm`,
      );
      draw(layer);
    });
  }

  studio.on("codebook", (payload) => {
    view = payload;
    if (cards.length !== view.num_quantizers) build(view.num_quantizers);
    setText(
      lead,
      `One bar a code. Above the line: ${view.data_use ? view.data : "the data set, not analysed yet"}. Below it: this clip. At the foot: each code's norm. Entropy is corrected for the number of tokens seen by the estimator of ${view.estimator}.`,
    );
    compared.show(view);
    arrange();
    energies.draw();
    norms.draw();
  });
}

function energyTraces(/** @type {View<"codebook">} */ view, /** @type {Theme} */ theme) {
  /** @type {[View<"codebook">["clip_use"] | null, string, string][]} */
  const uses = [
    [view.data_use, view.data, theme.ghost],
    [view.clip_use, "this clip", theme.accent],
  ];
  const known = uses.flatMap(([use, name, colour]) =>
    use?.energies ? [{ energies: use.energies, name, colour }] : [],
  );
  return {
    traces: known.map(({ energies, name, colour }) => ({
      x: energies.map((_, layers) => layers),
      y: energies.map((energy) => (100 * energy) / energies[0]),
      customdata: energies,
      name,
      mode: "lines+markers",
      line: { color: colour, width: 2 },
      hovertemplate: "after %{x} layers: %{y:.1f}%<br>‖r‖² %{customdata:.4g}",
    })),
    x: { title: "layers subtracted", dtick: 1 },
    y: { title: "mean ‖r‖², % of the latent's", rangemode: "tozero" },
  };
}

function normTraces(/** @type {View<"codebook">} */ view, /** @type {Theme} */ theme) {
  const size = view.num_embeddings;
  const { values } = view.norms;
  return {
    traces: view.codebooks.map(({ layer }) => ({
      y: Float32Array.from(values.subarray((layer - 1) * size, layer * size))
        .sort()
        .reverse(),
      name: `layer ${layer}`,
      mode: "lines",
      line: { color: layerColour(theme, layer - 1), width: 1.8 },
      hovertemplate: `layer ${layer}: norm %{y:.3g}<extra></extra>`,
    })),
    x: { title: "code, longest first" },
    y: { title: "norm", rangemode: "tozero" },
  };
}
