// What codes tell about each other and what the bits buy, beside what chance alone would give.

import { chart } from "../lab/chart.js";
import { dataBar } from "../lab/dataset.js";
import { aligned, bits, figure, runner, saveControl, table, whole } from "../lab/parts.js";
import { h, mm, segmented, setText } from "../shared/dom.js";
import { informationMatrix } from "./matrix.js";
import { starter } from "./starter.js";
import { curveTraces, distortionTraces, informationTraces } from "./traces.js";

/**
 * @import { Made } from "../lab/chart.js"
 * @import { Theme } from "../shared/colour.js"
 * @import { BetweenSteps, InformationResult } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

const OF = [
  ["data", "Data set", "The data set chosen beside this"],
  ["clip", "This clip", "This clip alone: too little for any figure of the checkpoint"],
];

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {"clip" | "data"} */
  let of = "data";
  /** @type {View<"information">} */
  let view;
  const part = () => view?.of[of];
  const result = () => part()?.result ?? null;
  /** What is made of the result, once there is one. */
  const drawn = (/** @type {(found: InformationResult) => Made | null} */ make) => {
    const found = result();
    return found && make(found);
  };

  const switchOf = segmented("Figures of", OF, (value) => {
    of = value === "data" ? "data" : "clip";
    if (view) show();
  });
  const runs = {
    clip: runner(studio, { job: "clip", command: "analyse_clip", label: "Analyse this clip" }),
    data: starter(studio),
  };
  const data = dataBar(studio);
  const lead = h("p", { class: "note lab-lead", role: "status" });
  const matrix = informationMatrix();
  const steps = h("div");
  const stepsNote = h("p", { class: "note" });
  const entropies = h("div", {});
  const rates = h("div", {});
  const unit = h("span", { class: "note" });
  const curve = chart(studio, {
    label: "Entropy of each layer against the number of tokens seen",
    make: (/** @type {Theme} */ theme) => drawn((found) => curveTraces(found, theme)),
  });
  const growth = chart(studio, {
    label: "Mutual information of layer 1 and each other layer against the number of tokens seen",
    make: (/** @type {Theme} */ theme) =>
      drawn((found) => (found.information_curves.length ? informationTraces(found, theme) : null)),
  });
  const distortion = chart(studio, {
    label: "Mean joint error against bits a second, for the first 1 to all layers",
    make: (/** @type {Theme} */ theme) =>
      drawn((found) => distortionTraces(found, theme, aligned(view))),
  });
  const save = (/** @type {string} */ name, /** @type {string} */ title) =>
    saveControl(studio, () => `${name}-${of}`, title);
  const body = h(
    "div",
    { class: "lab-grid" },
    figure(
      "Information between layers",
      {
        note: h("span", { class: "note" }, "bits a step; below, the shuffled null"),
        save: save("layer-information", "information between layers"),
      },
      matrix.element,
    ),
    figure(
      "Information between neighbouring steps",
      {
        note: h("span", { class: "note" }, "bits; the line is the shuffled null"),
        save: save("step-information", "information between steps"),
      },
      steps,
      stepsNote,
    ),
    figure(
      "Entropy against tokens seen",
      {
        note: h("span", { class: "note" }, "still rising at its end: too few tokens"),
        save: save("entropy-curve", "the entropy curves"),
      },
      curve.element,
      entropies,
    ),
    figure(
      "Information against tokens seen",
      {
        note: h("span", { class: "note" }, "dotted: the shuffled null of as many tokens"),
        save: save("information-curve", "the information curves"),
      },
      growth.element,
    ),
    figure(
      "Rate and distortion",
      { note: unit, save: save("rate-distortion", "rate and distortion") },
      distortion.element,
      rates,
    ),
  );
  place.append(h("div", { class: "lab-tools" }, switchOf, runs.clip.element, runs.data.element), data, lead, body);

  function show() {
    switchOf.show(of);
    data.hidden = of !== "data";
    const found = result();
    for (const name of /** @type {const} */ (["clip", "data"])) {
      runs[name].element.hidden = of !== name;
      runs[name].show(of === name && !found ? part().state : "done");
    }
    body.hidden = !found;
    setText(lead, found ? `${summary(found, part().title)}${instead()}` : waiting());
    if (!found) return;
    matrix.show(found.between_layers, view.num_quantizers);
    showSteps(found.between_steps);
    entropies.replaceChildren(entropyTable(found, view.estimator));
    rates.replaceChildren(rateTable(found, view));
    setText(unit, `first k layers, ${aligned(view)}`);
    for (const plot of [curve, growth, distortion]) plot.draw();
  }

  /** Why the page's clips stand here where the training set is chosen. */
  const instead = () =>
    of === "data" && part().only_counts
      ? " The checkpoint's record of its training set tells how often each code occurs, not which occur together."
      : "";

  function waiting() {
    const { title, state } = part();
    return state === "cancelled" || state === "failed"
      ? `Not measured: ${title}.`
      : `Measuring ${of === "clip" ? "this clip" : title} …`;
  }

  function showSteps(/** @type {BetweenSteps[]} */ rows) {
    const top = Math.max(...rows.map((row) => Math.max(row.corrected_bits, row.null_bits)), 0.01);
    const share = (/** @type {number} */ value) => `${(100 * Math.max(0, value)) / top}%`;
    steps.replaceChildren(
      ...rows.map((row) =>
        h(
          "div",
          {
            class: row.reliable ? "step-bar" : "step-bar weak",
            tabindex: "0",
            "data-layer": row.layer,
            "data-bits": row.corrected_bits,
            "data-null": row.null_bits,
            title: row.reason,
            "aria-label": `Layer ${row.layer}. ${row.reason}`,
            onfocus: () => setText(stepsNote, row.reason),
            onpointerenter: () => setText(stepsNote, row.reason),
          },
          h("span", {}, `layer ${row.layer}`),
          h(
            "span",
            { class: "track" },
            h("i", { style: `width:${share(row.corrected_bits)}` }),
            h("b", { style: `left:${share(row.null_bits)}` }),
          ),
          h("span", {}, bits(row.corrected_bits)),
          h("span", { class: "note" }, `null ${bits(row.null_bits)}`),
        ),
      ),
    );
    setText(stepsNote, standOut(rows, "layers"));
  }

  studio.on("information", (payload) => {
    view = payload;
    show();
  });
}

function standOut(/** @type {{ reliable: boolean }[]} */ rows, /** @type {string} */ noun) {
  const count = rows.filter((row) => row.reliable).length;
  return `Of ${rows.length} ${noun}, ${count || "none"} can be relied on with this many tokens.`;
}

function summary(/** @type {InformationResult} */ found, /** @type {string} */ title) {
  const weak = found.layers.filter((row) => !row.reliable);
  const enough = weak.length
    ? `too few to know the entropy of ${weak.length === found.layers.length ? "any layer" : `layers ${weak.map((row) => row.layer).join(" ")}`}`
    : "enough for every layer's entropy";
  const pairs = standOut(found.between_layers, "pairs of layers");
  const why = found.clips === 1 ? ` ${found.layers[0].reason}` : "";
  return `${title[0].toUpperCase()}${title.slice(1)}: ${whole(found.steps)} tokens a layer, ${enough}.${why} ${pairs}`;
}

function entropyTable(/** @type {InformationResult} */ found, /** @type {string} */ estimator) {
  return table(
    ["layer", "tokens", "plug-in", "Miller–Madow", estimator, "at most", "enough tokens"],
    found.layers.map((row) => [
      row.layer,
      whole(row.tokens),
      bits(row.plugin_bits),
      bits(row.miller_madow_bits),
      h(
        "td",
        { class: row.reliable ? "" : "caution", title: row.reason, "data-entropy": row.layer },
        bits(row.corrected_bits),
      ),
      bits(row.nominal_bits),
      row.reliable ? "yes" : "no",
    ]),
    { caption: "Entropy of each layer in bits a token" },
  );
}

function rateTable(
  /** @type {InformationResult} */ found,
  /** @type {View<"information">} */ view,
) {
  const perStep = Math.log2(view.num_embeddings);
  return h(
    "div",
    {},
    table(
      ["layers", "nominal bit/s", "entropy bit/s", "mm"],
      found.rate_distortion.map((point) => [
        `1–${point.layers}`.replace("1–1", "1"),
        point.nominal.toFixed(1),
        point.entropy.toFixed(1),
        mm(point.mm),
      ]),
      { caption: "Bit rates and error of the first k layers" },
    ),
    h(
      "p",
      { class: "note" },
      `Nominal: ${bits(perStep)} bits a token, ${view.steps_per_second} steps a second. Entropy: what an ideal code of each layer by itself would need.`,
    ),
  );
}
