// Which body is which, and what its colours mean.

import { ERROR_TOP_MM, errorGradient } from "../shared/colour.js";
import { h } from "../shared/dom.js";
import { referenceWord } from "../shared/reference.js";

/** @import { Studio } from "../shared/store.js" */

export function bodyLegend(/** @type {Studio} */ studio) {
  const legendB = h("span", { class: "legend-b", hidden: true }, "B");
  const scale = h(
    "span",
    { class: "legend-scale" },
    "error 0",
    h("i", { style: `background:${errorGradient()}` }),
    `${ERROR_TOP_MM} mm and more`,
  );
  const element = h(
    "div",
    { class: "legend" },
    h("span", { class: "legend-ghost" }, referenceWord(studio)),
    legendB,
    scale,
  );
  return {
    element,
    showB: (/** @type {boolean} */ shown) => {
      legendB.hidden = !shown;
    },
  };
}
