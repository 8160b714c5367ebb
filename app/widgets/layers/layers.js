// One switch a layer beside its row of tokens, its name to select the row, and "keep the first k".

import { h } from "../shared/dom.js";

export function mountLayers(place, studio) {
  const firstOf = place.closest("[data-group=tokens]").querySelector("[data-slot=first]");
  let active = [];
  let rows = [];
  let firstButtons = [];
  let dragging = false;
  let firstRow = null; // where a drag over the names began

  const set = (next) => studio.command("set_layers", { layers: next });
  const keepFirst = (count) => set(active.map((_, layer) => layer < count));
  const solo = (layer) => set(active.map((_, other) => other === layer));
  const selectRows = (from, to) => {
    const last = studio.views.clip.steps - 1;
    studio.selection.set({ layer: from, step: 0 }, { layer: to, step: last });
  };
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
                document.querySelector("#studio .grid").focus();
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
    strip.addEventListener("pointerdown", (event) => {
      dragging = true;
      event.target.releasePointerCapture(event.pointerId); // a finger must reach the other buttons
    });
    strip.addEventListener("pointerover", (event) => {
      const button = event.target.closest("[data-first]");
      if (dragging && event.buttons === 1 && button) keepFirst(Number(button.dataset.first));
    });
    window.addEventListener("pointerup", () => {
      dragging = false;
      if (firstRow !== null) document.querySelector("#studio .grid").focus();
      firstRow = null;
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
