// How far a code moves each joint, as bars in the error colours.

import { css, ERROR_TOP_MM, errorColour, errorGradient } from "../shared/colour.js";
import { h, jointLabel, mm } from "../shared/dom.js";

function bar(/** @type {string} */ name, /** @type {number} */ value) {
  const wide = Math.min(100, (100 * value) / ERROR_TOP_MM);
  const fill = h("i", { style: `width:${wide}%;background:${css(errorColour(value))}` });
  return h(
    "div",
    { class: "effect-joint" },
    h("span", {}, jointLabel(name)),
    h("span", { class: "track" }, fill),
    h("output", {}, mm(value)),
  );
}

/** Bars of all joints; show(names, millimetres) draws them, show(names, null) empties the place. */
export function jointBars() {
  const bars = h("div", { class: "effect-joints" });
  const scale = h(
    "p",
    { class: "note legend-scale" },
    "0",
    h("i", { style: `background:${errorGradient()}` }),
    `${ERROR_TOP_MM} mm and more`,
  );
  return {
    elements: [bars, scale],
    show(/** @type {string[]} */ names, /** @type {number[] | null} */ millimetres) {
      scale.hidden = !millimetres;
      bars.replaceChildren(...(millimetres ?? []).map((value, joint) => bar(names[joint], value)));
    },
  };
}
