// How the error falls with every layer that is kept; a click keeps the first k.

import { h, setText } from "../shared/dom.js";
import { amount, wayOf } from "../shared/units.js";

/** Returns the panel. */
export function mountLadder(studio) {
  const ladder = h("div", { class: "ladder" });
  const note = h("span", { class: "note" });

  function markRung() {
    const layers = studio.views.tokens?.layers ?? [];
    const count = layers.filter(Boolean).length;
    const isPrefix = layers.every((on, layer) => on === layer < count);
    for (const rung of ladder.children)
      rung.setAttribute("aria-pressed", String(isPrefix && Number(rung.dataset.first) === count));
  }

  studio.on("ladder", ({ errors, unit, alignment }) => {
    const top = Math.max(...errors) || 1;
    setText(
      note,
      unit === "mm"
        ? `mm after the first k layers, unedited, ${wayOf(alignment)}`
        : `${wayOf(alignment)} after the first k layers, unedited`,
    );
    ladder.replaceChildren(
      ...errors.map((error, index) =>
        h(
          "button",
          {
            type: "button",
            class: "rung",
            "data-first": index + 1,
            title: `Keep the first ${index + 1}`,
            onclick: () =>
              studio.command("set_layers", { layers: errors.map((_, layer) => layer <= index) }),
          },
          h("output", { "aria-live": "off" }, amount(error, unit)),
          h("i", { style: `height:${(100 * error) / top}%` }),
          h("span", {}, String(index + 1)),
        ),
      ),
    );
    markRung();
  });
  studio.on("tokens", markRung);

  return h(
    "section",
    { class: "panel", "aria-label": "Error by number of layers" },
    h("div", { class: "panel-head" }, h("h2", {}, "Error by layers kept"), note),
    ladder,
  );
}
