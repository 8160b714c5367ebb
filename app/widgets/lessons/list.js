// All lessons to choose from, and which are finished.

import { h } from "../shared/dom.js";
import { runTour } from "../tour/tour.js";
import { readDone } from "./progress.js";

/** @import { Studio } from "../shared/store.js" */

export function lessonList(/** @type {Studio} */ studio, /** @type {HTMLElement} */ page) {
  const done = readDone();
  const choices = studio.views.lessons.list.map(({ key, number, title, minutes }) =>
    h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "lesson-choice",
          "data-lesson": key,
          onclick: () => studio.command("open_lesson", { lesson: key }),
        },
        h("span", { class: "lesson-number", "aria-hidden": "true" }, number ? String(number) : "+"),
        h("span", { class: "lesson-name" }, title),
        h("span", { class: "note" }, done.has(key) ? "finished" : `${minutes} minutes`),
      ),
    ),
  );
  return [
    h(
      "p",
      { class: "note" },
      "Each asks a question, has one thing to do with the model and the clip that are open here, and ends with what settles the question. Which ones you have finished is kept in this browser alone.",
    ),
    h("ol", {}, ...choices),
    h(
      "button",
      { type: "button", class: "tour-again", onclick: () => runTour(page, studio) },
      "One minute in three acts first",
    ),
  ];
}
