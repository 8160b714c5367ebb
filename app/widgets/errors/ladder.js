// How the error falls with every layer that is kept; a click keeps the first k.

import { css, errorColour } from "../shared/colour.js";
import { each, h, setText } from "../shared/dom.js";
import { amount, wayOf } from "../shared/units.js";

/**
 * @import { GroupErrors } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

/** Returns the panel. */
export function mountLadder(/** @type {Studio} */ studio) {
  const ladder = h("div", { class: "ladder" });
  const groups = h("div", { class: "ladder-groups", hidden: true });
  const note = h("span", { class: "note" });

  function markRung() {
    const layers = studio.views.tokens?.layers ?? [];
    const count = layers.filter(Boolean).length;
    const isPrefix = layers.every(
      (/** @type {boolean} */ on, /** @type {number} */ layer) => on === layer < count,
    );
    for (const rung of each(ladder, ".rung"))
      rung.setAttribute("aria-pressed", String(isPrefix && Number(rung.dataset.first) === count));
  }

  studio.on("ladder", ({ errors, groups: parts, weighted, unit, alignment }) => {
    groups.hidden = !parts.length;
    const held = document.activeElement?.closest(".ladder-group")?.getAttribute("data-group");
    groups.replaceChildren(
      ...parts.map((part) => groupRow(part, unit, studio)),
      ...(weighted.length ? [weightedRow(weighted, parts, unit)] : []),
      h("p", { class: "note" }, EXPLAINED),
    );
    if (held) each(groups, ".ladder-group").find((row) => row.dataset.group === held)?.querySelector("input")?.focus();
    const top = Math.max(...errors) || 1;
    setText(
      note,
      unit === "mm"
        ? `mm after the first k layers, unedited, ${wayOf(alignment)}`
        : `${wayOf(alignment)} after the first k layers, unedited`,
    );
    ladder.replaceChildren(
      ...errors.map((error, /** @type {number} */ index) =>
        h(
          "button",
          {
            type: "button",
            class: "rung",
            "data-first": index + 1,
            title: `Keep the first ${index + 1}`,
            onclick: () =>
              studio.command("set_layers", {
                layers: errors.map((_, /** @type {number} */ layer) => layer <= index),
              }),
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
    groups,
  );
}

const EXPLAINED =
  "By part. Framed: the layer that takes most away after layer 1. In the box: what a joint of the part weighs.";

/** Errors of one group after each number of layers; the layer that takes most of them away is marked. */
function groupRow(
  /** @type {GroupErrors} */ { title, errors, weight },
  /** @type {string} */ unit,
  /** @type {Studio} */ studio,
) {
  const drops = errors.slice(1).map((error, layer) => errors[layer] - error);
  const carrier = drops.length && Math.max(...drops) > 0 ? drops.indexOf(Math.max(...drops)) + 1 : -1;
  return h(
    "div",
    { class: "ladder-group", "data-group": title },
    h("span", {}, title),
    ...errors.map((error, layer) =>
      h(
        "output",
        {
          "aria-live": "off",
          style: `background:${css(errorColour(error), 0.35)}`,
          ...(layer === carrier && { class: "carrier", title: `Layer ${layer + 1} takes most away after layer 1` }),
        },
        amount(error, unit),
      ),
    ),
    h("input", {
      type: "number",
      min: "0",
      max: "100",
      step: "any",
      value: String(weight),
      "aria-label": `Weight of a joint of the ${title}`,
      title: "What each of its joints weighs in the weighted error; 1 is usual",
      onchange: (/** @type {Event} */ event) => {
        const given = Number(/** @type {HTMLInputElement} */ (event.target).value);
        studio.command("weigh_group", { group: title, weight: given });
      },
    }),
  );
}

/** The error with the weights that the visitor gave, after each number of layers. */
function weightedRow(
  /** @type {number[]} */ errors,
  /** @type {GroupErrors[]} */ parts,
  /** @type {string} */ unit,
) {
  const said = parts.map(({ title, weight }) => `${title} ${weight}`).join(", ");
  return h(
    "div",
    { class: "ladder-group weighted", "data-group": "weighted", title: `Mean over joints that weigh: ${said}` },
    h("span", {}, "weighted"),
    ...errors.map((error) => h("output", { "aria-live": "off" }, amount(error, unit))),
    h("span", { class: "weights" }, ""),
  );
}
