// The header's way to the lessons, and the offer of a tour to who has not been here before.

import { h, one } from "../shared/dom.js";
import { offerTour } from "../tour/tour.js";

/** @import { Studio } from "../shared/store.js" */

export function mountGuide(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  place.append(
    h(
      "button",
      { type: "button", "data-opens": "lessons", onclick: () => studio.showLessons() },
      "Lessons",
    ),
  );
  offerTour(one(document, "#studio .header"), studio);
}
