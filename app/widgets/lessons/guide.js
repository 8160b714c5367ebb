// The header's way to the lessons, and the offer of a tour to who has not been here before.

import { h } from "../shared/dom.js";
import { offerTour } from "../tour/tour.js";

export function mountGuide(place, studio) {
  place.append(
    h(
      "button",
      { type: "button", "data-opens": "lessons", onclick: () => studio.showLessons() },
      "Lessons",
    ),
  );
  offerTour(place.closest(".header"), studio);
}
