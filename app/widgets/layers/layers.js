// One switch a layer beside its row of tokens, its name to select the row, and "keep the first k".

import { each, h, one, segmented } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

const OFF = [
  ["nothing", "nothing", "A layer that is off, or a dropped token, adds nothing to the sum"],
  [
    "average",
    "average code",
    "A layer that is off, or a dropped token, adds its layer's average code over the training data",
  ],
];

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const firstOf = one(document, "#studio [data-group=tokens] [data-slot=first]");
  /** @type {boolean[]} */
  let active = [];
  /** @type {HTMLElement[]} */
  let rows = [];
  /** @type {HTMLElement[]} */
  let firstButtons = [];
  let dragging = false;
  /** @type {number | null} */
  let firstRow = null; // where a drag over the names began

  /** @type {boolean[] | null} */
  let beforeSolo = null;

  const set = (/** @type {boolean[]} */ next, joined = false) =>
    studio.command("set_layers", { layers: next, joined });
  const keepFirst = (/** @type {number} */ count, joined = false) =>
    set(
      active.map((_, layer) => layer < count),
      joined,
    );
  const isAlone = (/** @type {number} */ layer) => active.every((on, other) => on === (other === layer));
  /** This layer alone; pressed again, what was on before. */
  function solo(/** @type {number} */ layer) {
    if (isAlone(layer)) return set(beforeSolo ?? active.map(() => true));
    if (active.filter(Boolean).length > 1) beforeSolo = active;
    set(active.map((_, other) => other === layer));
  }
  const meaning = segmented("What off means", OFF, (means) => studio.command("set_off", { means }));
  const selectRows = (/** @type {number} */ from, /** @type {number} */ to) => {
    const last = studio.views.clip.steps - 1;
    studio.selection.set({ layer: from, step: 0 }, { layer: to, step: last });
  };
  const flip = (/** @type {number} */ layer) =>
    set(active.map((on, other) => (other === layer ? !on : on)));

  function build(/** @type {number} */ count) {
    rows = Array.from({ length: count }, (_, layer) =>
      h(
        "button",
        {
          type: "button",
          role: "switch",
          class: "layer-switch",
          "data-layer": layer,
          onclick: () => flip(layer),
        },
        h("i", { class: "switch", "aria-hidden": "true" }),
      ),
    );
    place.replaceChildren(
      ...rows.map((row, layer) =>
        h(
          "div",
          { class: "layer-row" },
          row,
          h(
            "button",
            {
              type: "button",
              class: "layer-name",
              "data-layer": layer,
              "aria-label": `Layer ${layer + 1}: select its tokens`,
              title: "Select this layer's tokens; shift or drag for several layers",
              onclick: (event) => {
                const { anchor } = studio.selection;
                selectRows(event.shiftKey && anchor ? anchor.layer : layer, layer);
                one(document, "#studio .grid").focus();
              },
              onpointerdown: () => {
                firstRow = layer;
              },
              onpointerover: (event) => {
                if (event.buttons === 1 && firstRow !== null) selectRows(firstRow, layer);
              },
            },
            h("span", { class: "word" }, "Layer "),
            String(layer + 1),
          ),
          h(
            "button",
            {
              type: "button",
              class: "solo",
              "aria-label": `Layer ${layer + 1} alone`,
              "data-solo": layer,
              title: "This layer alone; again for what was on before",
              onclick: () => solo(layer),
            },
            "solo",
          ),
        ),
      ),
    );

    firstButtons = Array.from({ length: count }, (_, layer) =>
      h(
        "button",
        {
          type: "button",
          class: "segment",
          "data-first": layer + 1,
          "aria-label": `Keep the first ${layer + 1} layers`,
          onclick: () => keepFirst(layer + 1),
        },
        String(layer + 1),
      ),
    );
    const strip = h(
      "div",
      { class: "segmented first-strip", role: "group", "aria-label": "Keep the first layers" },
      ...firstButtons,
    );
    strip.addEventListener("pointerdown", (event) => {
      dragging = true;
      /** @type {Element} */ (event.target).releasePointerCapture(event.pointerId); // a finger must reach the other buttons
    });
    strip.addEventListener("pointerover", (event) => {
      const pointed = /** @type {Element} */ (event.target);
      const button = /** @type {HTMLElement | null} */ (pointed.closest("[data-first]"));
      if (dragging && event.buttons === 1 && button) keepFirst(Number(button.dataset.first), true);
    });
    window.addEventListener("pointerup", () => {
      dragging = false;
      if (firstRow !== null) one(document, "#studio .grid").focus();
      firstRow = null;
    });
    firstOf.replaceChildren(
      h("span", { class: "labelled" }, h("span", { class: "label" }, "Keep first"), strip),
      h("span", { class: "labelled" }, h("span", { class: "label" }, "Off means"), meaning),
    );
  }

  function show() {
    const count = active.filter(Boolean).length;
    const isPrefix = active.every((on, layer) => on === layer < count);
    rows.forEach((row, layer) => {
      row.setAttribute("aria-checked", String(active[layer]));
      row.setAttribute("aria-label", `Layer ${layer + 1}`);
    });
    for (const button of each(place, ".solo"))
      button.setAttribute("aria-pressed", String(isAlone(Number(button.dataset.solo))));
    firstButtons.forEach((button, layer) => {
      button.classList.toggle("within", isPrefix && layer < count);
      button.setAttribute("aria-pressed", String(isPrefix && layer + 1 === count));
    });
  }

  studio.on("tokens", (tokens) => {
    if (rows.length !== tokens.layers.length) build(tokens.layers.length);
    active = tokens.layers;
    meaning.show(tokens.off);
    show();
  });
}
