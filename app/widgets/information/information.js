// What codes tell about each other and what the bits buy, beside what chance alone would give.

import { chart } from "../lab/chart.js";
import { dataBar } from "../lab/dataset.js";
import { aligned, bits, figure, runner, saveControl, table, whole } from "../lab/parts.js";
import { h, mm, segmented, setText } from "../shared/dom.js";
import { informationMatrix } from "./matrix.js";
import { curveTraces, distortionTraces, informationTraces } from "./traces.js";

const OF = [
  ["clip", "This clip", "This clip alone"],
  ["data", "Data set", "The data set chosen beside this"],
];

export function mountInformation(place, studio) {
  let of = "clip";
  let view = null;
  const part = () => view?.of[of];
  const result = () => part()?.result ?? null;

  const switchOf = segmented("Figures of", OF, (value) => {
    of = value;
    if (view) show();
  });
  const run = runner(studio, { job: "clip", command: "analyse_clip", label: "Analyse this clip" });
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
    make: (theme) => result() && curveTraces(result(), theme),
  });
  const growth = chart(studio, {
    label: "Mutual information of layer 1 and each other layer against the number of tokens seen",
    make: (theme) =>
      result()?.information_curves.length ? informationTraces(result(), theme) : null,
  });
  const distortion = chart(studio, {
    label: "Mean joint error against bits a second, for the first 1 to all layers",
    make: (theme) => result() && distortionTraces(result(), theme, aligned(view)),
  });
  const save = (name, title) => saveControl(studio, () => `${name}-${of}`, title);
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
  place.append(h("div", { class: "lab-tools" }, switchOf, run.element), data, lead, body);

  function show() {
    switchOf.show(of);
    data.hidden = of !== "data";
    run.element.hidden = of !== "clip";
    const found = result();
    run.show(of === "clip" && !found ? part().state : "done");
    body.hidden = !found;
    setText(lead, found ? summary(found, part().title) : waiting());
    if (!found) return;
    matrix.show(found.between_layers, view.num_quantizers);
    showSteps(found.between_steps);
    entropies.replaceChildren(entropyTable(found, view.estimator));
    rates.replaceChildren(rateTable(found, view));
    setText(unit, `first k layers, ${aligned(view)}`);
    for (const plot of [curve, growth, distortion]) plot.draw();
  }

  function waiting() {
    const { only_counts: onlyCounts, title, state } = part();
    if (of === "clip")
      return state === "cancelled" || state === "failed" ? "Not measured." : "Measuring this clip …";
    return onlyCounts
      ? "The checkpoint records how often each code occurs, not which codes occur together. Choose clips to analyse."
      : `Not analysed yet: ${title}.`;
  }

  function showSteps(rows) {
    const top = Math.max(...rows.map((row) => Math.max(row.corrected_bits, row.null_bits)), 0.01);
    const share = (value) => `${(100 * Math.max(0, value)) / top}%`;
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

function standOut(rows, noun) {
  const count = rows.filter((row) => row.reliable).length;
  return `Of ${rows.length} ${noun}, ${count || "none"} can be relied on with this many tokens.`;
}

function summary(found, title) {
  const weak = found.layers.filter((row) => !row.reliable);
  const enough = weak.length
    ? `too few to know the entropy of ${weak.length === found.layers.length ? "any layer" : `layers ${weak.map((row) => row.layer).join(" ")}`}`
    : "enough for every layer's entropy";
  const pairs = standOut(found.between_layers, "pairs of layers");
  return `${title[0].toUpperCase()}${title.slice(1)}: ${whole(found.steps)} tokens a layer, ${enough}. ${pairs}`;
}

function entropyTable(found, estimator) {
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

function rateTable(found, view) {
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
