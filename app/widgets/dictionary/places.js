// Where a code occurs, clip by clip; a click takes the player there, into another clip if need be.

import { each, h } from "../shared/dom.js";

/**
 * @import { Places } from "../shared/payloads"
 * @import { View } from "../shared/types.js"
 */

/** The steps of every clip that has the code; jump(clip, step) is called for a click. */
export function placesList(/** @type {(clip: string, step: number) => void} */ jump) {
  const element = h("div", { class: "places", role: "group", "aria-label": "Occurrences" });

  /**
   * @param {View<"occurrences">} view
   * @param {Places} place
   * @param {boolean} isHere
   */
  function clipRow(view, place, isHere) {
    const steps = place.steps.map((/** @type {number} */ step) => {
      const seconds = (step * view.seconds_per_step).toFixed(2);
      return h(
        "button",
        {
          type: "button",
          class: "place",
          "data-clip": place.clip,
          "data-step": step,
          "aria-label": `${place.title}, step ${step}, ${seconds} seconds`,
          title: `Step ${step} of ${place.title}`,
          onclick: () => jump(place.clip, step),
        },
        `${seconds} s`,
      );
    });
    return h(
      "div",
      { class: "place-row" },
      h("span", { class: "place-clip" }, place.title, isHere ? h("small", {}, "this clip") : null),
      h("span", { class: "place-steps" }, ...(steps.length ? steps : [h("span", {}, "nowhere")])),
    );
  }

  return {
    element,
    show(/** @type {View<"occurrences">} */ view) {
      element.replaceChildren(
        ...view.places.map((place, index) => clipRow(view, place, index === 0)),
      );
    },
    /** Mark the occurrence at a step of the present clip, if there is one. */
    mark(/** @type {string | undefined} */ clip, /** @type {number} */ step) {
      for (const one of each(element, ".place"))
        one.setAttribute(
          "aria-current",
          String(one.dataset.clip === clip && Number(one.dataset.step) === step),
        );
    },
  };
}
