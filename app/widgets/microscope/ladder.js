// One row a layer: the code it chose, what that left of the squared residual, and the codes it passed over.

import { h } from "../shared/dom.js";
import * as say from "./notation.js";

/**
 * @import { LayerChoice } from "../shared/payloads"
 * @import { View } from "../shared/types.js"
 */

const energy = (/** @type {number} */ value) =>
  value >= 100 ? value.toFixed(0) : value.toPrecision(3);

/**
 * @param {object} acts
 * @param {(layer: number) => void} acts.choose focuses a layer, from 1
 * @param {(layer: number, code: number) => void} acts.open opens a code's page
 * @param {(layer: number, code: number) => void} acts.put edits
 */
export function layerLadder({ choose, open, put }) {
  const rows = h("tbody", {});
  const element = h(
    "table",
    { class: "ladder-table" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "layer"),
        h("th", { scope: "col" }, "code"),
        h("th", { scope: "col" }, "‖r‖² before and after"),
        h("th", { scope: "col" }, "runners-up, by distance"),
      ),
    ),
    rows,
  );

  function energyCell(/** @type {View<"microscope">} */ view, /** @type {number} */ v) {
    const [before, after] = [view.energies[v], view.energies[v + 1]];
    const top = Math.max(...view.energies) || 1;
    const share = before ? `${((100 * after) / before).toFixed(0)}% left` : "";
    const words = `${energy(before)} → ${energy(after)}`;
    return h(
      "td",
      { class: "energy", "data-cell": "energy" },
      h(
        "span",
        {
          class: "energy-bar",
          role: "img",
          "aria-label": `${say.squared(v)} ${energy(before)}, ${say.squared(v + 1)} ${energy(after)}`,
        },
        h("i", { style: `width:${(100 * before) / top}%` }),
        h("b", { style: `width:${(100 * after) / top}%` }),
      ),
      h("span", { class: "energy-words" }, `${words}, ${share}`),
    );
  }

  function codeCell(/** @type {LayerChoice} */ choice, /** @type {number} */ v) {
    if (choice.code < 0) return h("td", { "data-cell": "code" }, h("span", {}, "dropped"));
    const was = choice.code === choice.original ? "" : `, was ${choice.original}`;
    return h(
      "td",
      { "data-cell": "code" },
      h(
        "button",
        {
          type: "button",
          class: "near",
          title: `Open code ${choice.code} of layer ${v + 1} in the dictionary`,
          onclick: () => open(v, choice.code),
        },
        `${choice.code}`,
        h("small", {}, choice.distance?.toFixed(2)),
      ),
      was ? h("small", { class: "was" }, was) : null,
    );
  }

  function rivalsCell(/** @type {LayerChoice} */ choice, /** @type {number} */ v) {
    return h(
      "td",
      { class: "rivals", "data-cell": "rivals" },
      ...choice.runners_up.map(({ code, distance }) => {
        const isNearer = choice.distance !== null && distance < choice.distance;
        return h(
          "button",
          {
            type: "button",
            class: `near ${isNearer ? "nearer" : ""}`,
            title: `Put code ${code} here${isNearer ? ", it is nearer" : ""}; undo takes it back`,
            onclick: () => put(v, code),
          },
          `${code}`,
          h("small", {}, distance.toFixed(2)),
        );
      }),
    );
  }

  return {
    element,
    show(/** @type {View<"microscope">} */ view, /** @type {number} */ focus) {
      rows.replaceChildren(
        ...view.choices.map((choice, /** @type {number} */ v) =>
          h(
            "tr",
            { "data-layer": v + 1, class: choice.on ? "" : "off" },
            h(
              "th",
              { scope: "row" },
              h(
                "button",
                {
                  type: "button",
                  class: "layer-name",
                  "aria-pressed": String(focus === v + 1),
                  onclick: () => choose(v + 1),
                },
                `Layer ${v + 1}`,
                h("small", {}, `${say.code(v)} = ${say.quantizer(v)}(${say.residual(v)})`),
                choice.on ? null : h("small", {}, "off: not decoded"),
              ),
            ),
            codeCell(choice, v),
            energyCell(view, v),
            rivalsCell(choice, v),
          ),
        ),
      );
    },
  };
}
