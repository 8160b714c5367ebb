// Every subset of the layers, scored on this clip: what dropping a layer costs, and to whom.

import { chart } from "../lab/chart.js";
import { aligned, figure, runner, saveControl, table } from "../lab/parts.js";
import { each, h, mm, one, setText } from "../shared/dom.js";
import { subsetTraces } from "./traces.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { Subset } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 * @import { Scored } from "./traces.js"
 */


const signed = (/** @type {number} */ cost) => `${cost < 0 ? "−" : "+"}${mm(Math.abs(cost))}`;
/** @type {Record<"layers" | "error", (a: Subset, b: Subset) => number>} */
const by = {
  layers: (a, b) => a.layers.length - b.layers.length || a.mm - b.mm,
  error: (a, b) => a.mm - b.mm,
};

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {View<"lattice">} */
  let view;
  /** @type {keyof typeof by} */
  let sort = "layers";
  const run = runner(studio, {
    job: "lattice",
    command: "score_subsets",
    label: "Score every subset",
  });
  const lead = h("p", { class: "note lab-lead" });
  const plot = chart(studio, {
    label: "Error of every subset of layers against the number of layers in it",
    make: (/** @type {Theme} */ theme) => {
      const scores = scored();
      return scores && subsetTraces(scores, theme, shownLayers());
    },
    onClick: (layers) => layers && choose(layers),
  });
  const worth = h("div", {});
  const list = h("div");
  const body = h(
    "div",
    { class: "lab-grid" },
    figure(
      "Error of every subset",
      {
        note: h("span", { class: "note" }, "click one to switch the workbench to it"),
        save: saveControl(studio, "layer-lattice", "the layer lattice"),
      },
      plot.element,
    ),
    figure(
      "What each layer is worth",
      { save: saveControl(studio, "layer-worth", "what each layer is worth") },
      worth,
    ),
    figure("All subsets", { className: "wide" }, list),
  );
  place.append(run.element, lead, body);

  /** The view, once every subset is scored. */
  function scored() {
    const { subsets, single, all_mm } = view ?? {};
    return subsets && single && all_mm !== undefined ? { ...view, subsets, single, all_mm } : null;
  }

  const shownLayers = () =>
    (studio.views.tokens?.layers ?? [])
      .flatMap((/** @type {boolean} */ on, /** @type {number} */ layer) => (on ? [layer + 1] : []))
      .join(" ");

  function choose(/** @type {number[]} */ layers) {
    studio.command("set_layers", {
      layers: Array.from({ length: view.num_quantizers }, (_, layer) => layers.includes(layer + 1)),
    });
  }

  function subset(/** @type {Subset} */ { layers, mm: error, is_prefix: isPrefix }) {
    const name = layers.join(" ");
    return h(
      "button",
      {
        type: "button",
        class: isPrefix ? "subset prefix" : "subset",
        "data-subset": name,
        "aria-label": `Layers ${name}: ${mm(error)} mm`,
        onclick: () => choose(layers),
      },
      h(
        "span",
        { class: "pips", "aria-hidden": "true" },
        ...Array.from({ length: view.num_quantizers }, (_, layer) =>
          h("i", { class: layers.includes(layer + 1) ? "on" : "" }),
        ),
      ),
      h("span", { class: "subset-name" }, name),
      h("output", {}, mm(error)),
    );
  }

  /** The subsets of one size under its name, or all of them. */
  function group(
    /** @type {number | null} */ size,
    /** @type {Scored} */ { single },
    /** @type {Subset[]} */ sorted,
  ) {
    const same = size === null ? sorted : sorted.filter(({ layers }) => layers.length === size);
    const name = size === null ? "least first" : `${size} of ${single.length}`;
    return h(
      "div",
      { class: "subset-group" },
      h("span", { class: "label" }, name),
      h("div", { class: "subsets" }, ...same.map(subset)),
    );
  }

  function showList(/** @type {Scored} */ scores) {
    const sorter = (/** @type {keyof typeof by} */ key, /** @type {string} */ label) =>
      h(
        "button",
        {
          type: "button",
          class: "segment",
          "data-sort": key,
          "aria-pressed": String(sort === key),
          onclick: () => {
            sort = key;
            showList(scores);
            one(list, `[data-sort=${key}]`).focus();
          },
        },
        label,
      );
    const sorted = [...scores.subsets].sort(by[sort]);
    const sizes = sort === "layers" ? scores.single.map((row) => row.layer) : [null];
    list.replaceChildren(
      h(
        "div",
        { class: "lab-tools" },
        h(
          "div",
          { class: "segmented", role: "group", "aria-label": "Order of the subsets" },
          sorter("layers", "By number of layers"),
          sorter("error", "By error"),
        ),
        h("span", { class: "note" }, `mm, ${aligned(view)}; blue: the first k layers`),
      ),
      ...sizes.map((size) => group(size, scores, sorted)),
    );
    mark();
  }

  function showWorth(/** @type {Scored} */ { single, all_mm: everything }) {
    const costs = single.map((row) => row.cost_mm ?? 0);
    const top = Math.max(...costs.map(Math.abs), 0.01);
    worth.replaceChildren(
      table(
        ["layer", "alone mm", "dropped mm", "dropping it costs", ""],
        single.map((row) => [
          row.layer,
          mm(row.alone_mm),
          row.without_mm === null ? "–" : mm(row.without_mm),
          row.cost_mm === null ? "–" : signed(row.cost_mm),
          h(
            "td",
            { class: "cost-cell", "aria-hidden": "true" },
            h("i", {
              class: "cost",
              style: `width:${(100 * Math.abs(row.cost_mm ?? 0)) / top}%`,
            }),
          ),
        ]),
        { caption: "Each layer alone, and what dropping it costs" },
      ),
      h("p", { class: "note" }, `All layers: ${mm(everything)} mm, ${aligned(view)}.`),
    );
  }

  function mark() {
    const shown = shownLayers();
    for (const button of each(list, ".subset"))
      button.setAttribute("aria-pressed", String(button.dataset.subset === shown));
  }

  studio.on("lattice", (payload) => {
    view = payload;
    run.show(view.subsets ? "done" : view.state);
    const scores = scored();
    body.hidden = !scores;
    if (!scores) {
      setText(lead, "");
      return;
    }
    setText(
      lead,
      `The unedited tokens of this clip, decoded from each of the ${scores.subsets.length} subsets of its layers. ${trainedFor(view.trained_on_prefixes)}; every other subset asks a later layer to refine what is not there.`,
    );
    showWorth(scores);
    showList(scores);
    plot.draw();
  });
  studio.on("tokens", () => {
    if (!view?.subsets) return;
    mark();
    plot.draw();
  });
}

/** What the decoder has seen in training, the beginning of a sentence. */
const trainedFor = (/** @type {boolean} */ onPrefixes) =>
  onPrefixes
    ? "In training some steps used the first k layers alone (blue)"
    : "In training every step used all layers, and none the first k alone (blue)";
