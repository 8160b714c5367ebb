// The chosen joints or channels as chips, each with its mark, its error at this moment and a way out.

import { each, h, one, setText } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

export const MOST = 4; // as many as have a colour
const MARKS = ["●", "▲", "■", "◆"];

/**
 * @typedef {object} Words
 * @property {string} group what the chips are, together
 * @property {(name: string) => string} labelOf
 * @property {(name: string, frame: number) => string} errorOf
 * @property {() => HTMLElement} adder an element to add another with
 *
 * @typedef {ReturnType<typeof partChips>} Chips
 */

/**
 * @param {Studio} studio
 * @param {Words} words
 */
export function partChips(studio, { group, labelOf, errorOf, adder }) {
  const element = h("div", { class: "chips", role: "group", "aria-label": group });

  function show() {
    element.replaceChildren(
      ...studio.joints.map((/** @type {string} */ name, /** @type {number} */ order) =>
        h(
          "span",
          { class: "chip", style: `--mark:var(--joint-${order + 1})`, "data-joint": name },
          h("i", { "aria-hidden": "true" }, MARKS[order]),
          labelOf(name),
          h("span", { class: "chip-error", title: "error at this moment" }),
          h(
            "button",
            {
              type: "button",
              "aria-label": `Remove ${labelOf(name)}`,
              disabled: studio.joints.length === 1,
              onclick: () => studio.setJoints(studio.joints.filter((other) => other !== name)),
            },
            "×",
          ),
        ),
      ),
      adder(),
    );
    showErrors();
  }

  function showErrors() {
    const { clip } = studio.views;
    const at = Math.round(Math.min(clip.frames - 1, studio.clock.shown * clip.fps));
    for (const chip of each(element, ".chip")) {
      const name = chip.dataset.joint ?? "";
      // As a clip comes, the chips are still those of the one before.
      if (studio.joints.includes(name)) setText(one(chip, ".chip-error"), errorOf(name, at));
    }
  }

  return { element, show, showErrors };
}

/**
 * Show chips, their errors and curves anew whenever the studio changes what they show.
 *
 * @param {Studio} studio
 * @param {() => boolean} isShown
 * @param {Chips} chips
 * @param {() => void} draw
 */
export function followStudio(studio, isShown, chips, draw) {
  const showErrors = () => {
    if (isShown()) chips.showErrors();
  };
  const refresh = () => {
    if (isShown()) chips.show();
    draw();
  };
  studio.clock.onChange(showErrors);
  for (const view of /** @type {const} */ (["clip", "joints"])) studio.on(view, refresh);
  for (const view of /** @type {const} */ (["reconstruction", "compared", "range"]))
    studio.on(view, draw);
  studio.on("reconstruction", showErrors);
}
