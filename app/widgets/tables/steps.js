// To the row before and the next one, beside the player, while a row of a table is in it.

import { h } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

export function mountRowSteps(/** @type {HTMLElement} */ player, /** @type {Studio} */ studio) {
  const step = (/** @type {string} */ words, /** @type {number} */ by) =>
    h("button", { type: "button", onclick: () => studio.command("step_row", { by }) }, words);
  const steps = h(
    "div",
    { class: "row-steps", role: "group", "aria-label": "Rows of the table", hidden: true },
    step("‹ Previous row", -1),
    step("Next row ›", 1),
  );
  player.append(steps);
  studio.on("clip", ({ recorded }) => {
    steps.hidden = recorded;
  });
}
