// Token numbers are names: give the codes other numbers, and see what stays and what does not.

import { chart } from "../lab/chart.js";
import { bits, figure, saveControl, table, whole } from "../lab/parts.js";
import { h } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";
import { correlationMatrix } from "./matrix.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { Studio } from "../shared/store.js"
 * @import { NumberArray, View } from "../shared/types.js"
 */

/** @typedef {NonNullable<View<"relabel">["result"]>} Relabelling */

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {View<"relabel">} */
  let view;
  let pair = [1, 2];
  const which = h("select", { "aria-label": "Layers to renumber" });
  const relabel = (/** @type {string} */ how) => {
    const { seed } = view.relabelling;
    studio.command("relabel", {
      how,
      seed: how === "random" && view.result ? seed + 1 : seed,
      layer: which.value === "all" ? null : Number(which.value),
    });
  };
  const button = (
    /** @type {string} */ how,
    /** @type {string} */ label,
    /** @type {string} */ title,
  ) => h("button", { type: "button", title, "data-how": how, onclick: () => relabel(how) }, label);
  const lead = h(
    "p",
    { class: "note lab-lead" },
    "A code's number says where its vector stands in the codebook, nothing about the vector. Renumber the codes and the codebook's columns together: whatever changes was never about motion.",
  );
  const facts = h("div", { class: "relabel-facts", role: "status" });
  const pick = (/** @type {number[]} */ chosen) => {
    pair = chosen;
    show();
  };
  const matrices = [correlationMatrix(pick), correlationMatrix(pick)];
  const plots = [0, 1].map((side) =>
    chart(studio, {
      label: `Token numbers of two layers, ${side ? "renumbered" : "as trained"}`,
      make: (/** @type {Theme} */ theme) =>
        view?.result && scatter(view.result.tokens[side], view.num_embeddings, side, pair, theme),
    }),
  );
  const numbers = h("div", {});
  const body = h(
    "div",
    { class: "lab-grid" },
    figure(
      "Correlation of token numbers",
      {
        className: "wide",
        note: h("span", { class: "note" }, "click a pair of layers to see its numbers"),
        save: saveControl(studio, "relabel", "the correlations"),
      },
      h(
        "div",
        { class: "lab-pair" },
        ...["As trained", "Renumbered"].map((title, side) =>
          h(
            "div",
            {},
            h("p", { class: "label" }, title),
            matrices[side].element,
            plots[side].element,
          ),
        ),
      ),
    ),
    figure("Entropy and information, before and after", { className: "wide" }, numbers),
  );
  place.append(
    h(
      "div",
      { class: "lab-tools" },
      h("label", { class: "label" }, "Renumber ", which),
      button("random", "At random", "A new random order of the codes"),
      button(
        "agreeing",
        "So that they correlate",
        "Number the later layers' codes in the order of the first layer's numbers beside them",
      ),
      jobBar(studio, "relabel"),
    ),
    lead,
    facts,
    body,
  );

  function showFacts(
    /** @type {Relabelling} */ {
      motion_difference: difference,
      unit,
      encodes_alike: alike,
      renamed,
      entropy_bits: entropies,
      information_bits: information,
    },
  ) {
    const moved = Math.max(
      ...[entropies, information].flatMap(([before, after]) =>
        before.map((value, i) => Math.abs(value - after[i])),
      ),
    );
    const fact = (
      /** @type {string} */ name,
      /** @type {string} */ value,
      /** @type {string} */ words,
    ) =>
      h("div", { "data-fact": name }, h("span", { class: "label" }, words), h("strong", {}, value));
    facts.replaceChildren(
      fact("renamed", whole(renamed), "tokens with another number"),
      fact("motion", `${difference.toFixed(3)} ${unit}`, "largest difference of the motion"),
      fact("information", `${moved.toFixed(3)} bits`, "largest change of entropy or information"),
      fact("encodes", alike ? "yes" : "no", "encoding again gives the new numbers"),
    );
  }

  function showNumbers(
    /** @type {Relabelling} */ { entropy_bits: entropy, information_bits: information, pairs },
  ) {
    numbers.replaceChildren(
      h(
        "div",
        { class: "lab-pair" },
        table(
          ["entropy of", "before", "after"],
          entropy[0].map((value, layer) => [
            `layer ${layer + 1}`,
            bits(value),
            `${bits(entropy[1][layer])} bits`,
          ]),
        ),
        table(
          ["information of layers", "before", "after"],
          pairs.map(([u, v], i) => [
            `${u} and ${v}`,
            bits(information[0][i]),
            `${bits(information[1][i])} bits`,
          ]),
        ),
      ),
    );
  }

  function show() {
    const { result } = view;
    body.hidden = facts.hidden = !result;
    if (!result) return;
    showFacts(result);
    showNumbers(result);
    matrices.forEach((matrix, side) => matrix.show(result.correlation[side], pair));
    for (const plot of plots) plot.draw();
  }

  studio.on("relabel", (payload) => {
    const layers = payload.num_quantizers;
    if (which.options.length !== layers + 1)
      which.replaceChildren(
        h("option", { value: "all" }, "all layers"),
        ...Array.from({ length: layers }, (_, v) =>
          h("option", { value: String(v) }, `layer ${v + 1}`),
        ),
      );
    view = payload;
    pair = pair.map((layer) => Math.min(layer, layers));
    show();
    if (view.state === null) relabel(view.relabelling.how);
  });
}

/**
 * @param {NumberArray} tokens
 * @param {number} size
 * @param {number} side
 * @param {number[]} pair
 * @param {Theme} theme
 */
function scatter({ values, shape }, size, side, [u, v], theme) {
  const row = (/** @type {number} */ layer) =>
    Array.from(values.subarray((layer - 1) * shape[1], layer * shape[1]));
  return {
    traces: [
      {
        x: row(u),
        y: row(v),
        mode: "markers",
        name: "steps",
        marker: { color: side ? theme.accent : theme.ghost, size: 6, opacity: 0.75 },
        hovertemplate: `layer ${u}: code %{x}, layer ${v}: code %{y}<extra></extra>`,
      },
    ],
    layout: { showlegend: false },
    x: { title: `number in layer ${u}`, range: [-8, size + 8] },
    y: { title: `number in layer ${v}`, range: [-8, size + 8] },
  };
}
