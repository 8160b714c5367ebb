// One switch a layer beside its row of tokens, and "keep the first k" in one click or drag.

import { h } from "../shared/dom.js";

export function mountLayers(place, studio) {
  const firstOf = place.closest("[data-group=tokens]").querySelector("[data-slot=first]");
  let active = [];
  let rows = [];
  let firstButtons = [];
  let dragging = false;

  const set = (next) => studio.command("set_layers", { layers: next });
  const keepFirst = (count) => set(active.map((_, layer) => layer < count));
  const solo = (layer) => set(active.map((_, other) => other === layer));
  const flip = (layer) => set(active.map((on, other) => (other === layer ? !on : on)));

  function build(count) {
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
        h("span", {}, h("span", { class: "word" }, "Layer "), String(layer + 1)),
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
              class: "solo",
              "aria-label": `Layer ${layer + 1} alone`,
              title: "This layer alone",
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
    strip.addEventListener("pointerdown", () => {
      dragging = true;
    });
    strip.addEventListener("pointerover", (event) => {
      const button = event.target.closest("[data-first]");
      if (dragging && event.buttons === 1 && button) keepFirst(Number(button.dataset.first));
    });
    window.addEventListener("pointerup", () => {
      dragging = false;
    });
    firstOf.replaceChildren(h("span", { class: "label" }, "Keep first"), strip);
  }

  function show() {
    const count = active.filter(Boolean).length;
    const isPrefix = active.every((on, layer) => on === layer < count);
    rows.forEach((row, layer) => {
      row.setAttribute("aria-checked", String(active[layer]));
      row.setAttribute("aria-label", `Layer ${layer + 1}`);
    });
    firstButtons.forEach((button, layer) => {
      button.classList.toggle("within", isPrefix && layer < count);
      button.setAttribute("aria-pressed", String(isPrefix && layer + 1 === count));
    });
  }

  studio.on("tokens", (tokens) => {
    if (rows.length !== tokens.layers.length) build(tokens.layers.length);
    active = tokens.layers;
    show();
  });
}
