// Token numbers are names: give the codes other numbers, and see what stays and what does not.

import { chart } from "../lab/chart.js";
import { bits, figure, saveControl, table, whole } from "../lab/parts.js";
import { h } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";
import { correlationMatrix } from "./matrix.js";

export function mountRelabel(place, studio) {
  let view = null;
  let pair = [1, 2];
  const which = h("select", { "aria-label": "Layers to renumber" });
  const renumber = (how) => {
    const { seed } = view.numbering;
    studio.command("renumber", {
      how,
      seed: how === "random" && view.result ? seed + 1 : seed,
      layer: which.value === "all" ? null : Number(which.value),
    });
  };
  const button = (how, label, title) =>
    h("button", { type: "button", title, "data-how": how, onclick: () => renumber(how) }, label);
  const lead = h(
    "p",
    { class: "note lab-lead" },
    "A code's number says where its vector stands in the codebook, nothing about the vector. Renumber the codes and the codebook's rows together: whatever changes was never about motion.",
  );
  const facts = h("div", { class: "relabel-facts", role: "status" });
  const pick = (chosen) => {
    pair = chosen;
    show();
  };
  const matrices = [correlationMatrix(pick), correlationMatrix(pick)];
  const plots = [0, 1].map((side) =>
    chart(studio, {
      label: `Token numbers of two layers, ${side ? "renumbered" : "as trained"}`,
      make: (theme) => view?.result && scatter(view, side, pair, theme),
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

  function showFacts({ motion_difference: difference, unit, encodes_alike: alike, renamed }) {
    const { entropy_bits: entropies, information_bits: information } = view.result;
    const moved = Math.max(
      ...[entropies, information].flatMap(([before, after]) =>
        before.map((value, i) => Math.abs(value - after[i])),
      ),
    );
    const fact = (name, value, words) =>
      h(
        "div",
        { "data-fact": name },
        h("span", { class: "label" }, words),
        h("strong", {}, value),
      );
    facts.replaceChildren(
      fact("renamed", whole(renamed), "tokens with another number"),
      fact("motion", `${difference.toFixed(3)} ${unit}`, "largest difference of the motion"),
      fact("information", `${moved.toFixed(3)} bits`, "largest change of entropy or information"),
      fact("encodes", alike ? "yes" : "no", "encoding again gives the new numbers"),
    );
  }

  function showNumbers({ entropy_bits: entropy, information_bits: information, pairs }) {
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
    body.hidden = facts.hidden = !view.result;
    if (!view.result) return;
    showFacts(view.result);
    showNumbers(view.result);
    matrices.forEach((matrix, side) => matrix.show(view.result.correlation[side], pair));
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
    if (view.state === null) renumber(view.numbering.how);
  });
}

function scatter(view, side, [u, v], theme) {
  const { values, shape } = view.result.tokens[side];
  const row = (layer) => Array.from(values.subarray((layer - 1) * shape[1], layer * shape[1]));
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
    x: { title: `number in layer ${u}`, range: [-8, view.num_embeddings + 8] },
    y: { title: `number in layer ${v}`, range: [-8, view.num_embeddings + 8] },
  };
}
