// The chosen joints or channels as chips, each with its mark, its error at this moment and a way out.

import { h, setText } from "../shared/dom.js";

export const MOST = 4; // as many as have a colour
const MARKS = ["●", "▲", "■", "◆"];

/**
 * Returns {element, show, showErrors}. `labelOf` gives a name's words, `errorOf` its error at a frame in
 * words, and `adder` an element to add another with.
 */
export function partChips(studio, { group, labelOf, errorOf, adder }) {
  const element = h("div", { class: "chips", role: "group", "aria-label": group });

  function show() {
    element.replaceChildren(
      ...studio.joints.map((name, order) =>
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
    for (const chip of element.querySelectorAll(".chip"))
      setText(chip.querySelector(".chip-error"), errorOf(chip.dataset.joint, at));
  }

  return { element, show, showErrors };
}

/** Show chips, their errors and curves anew whenever the studio changes what they show. */
export function followStudio(studio, isShown, chips, draw) {
  const showErrors = () => {
    if (isShown()) chips.showErrors();
  };
  const refresh = () => {
    if (isShown()) chips.show();
    draw();
  };
  studio.clock.onChange(showErrors);
  for (const view of ["clip", "joints"]) studio.on(view, refresh);
  for (const view of ["reconstruction", "compared", "range"]) studio.on(view, draw);
  studio.on("reconstruction", showErrors);
}
