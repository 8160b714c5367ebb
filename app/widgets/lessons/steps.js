// What there is to do in a lesson, how far it is done, and where in the studio it is.

import { h } from "../shared/dom.js";
import { pointAt } from "./pointing.js";

/**
 * @import { LessonStep } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

export function stepsOf(/** @type {LessonStep[]} */ steps, /** @type {Studio} */ studio) {
  return [
    h("h3", {}, steps.length > 1 ? "Things to do" : "To do"),
    h("ol", { class: "steps" }, ...steps.map((step, index) => stepOf(step, index, studio))),
  ];
}

function stepOf(
  /** @type {LessonStep} */ step,
  /** @type {number} */ index,
  /** @type {Studio} */ studio,
) {
  const { show: part } = step;
  const show =
    part &&
    h(
      "button",
      {
        type: "button",
        "data-action": `show-${index}`,
        onclick: () => pointAt(part, studio),
      },
      "Show me where",
    );
  const moves = step.actions.map(({ label, move, value }) =>
    h(
      "button",
      {
        type: "button",
        "data-action": `${move}-${value ?? ""}`,
        onclick: () => studio.command("do_in_lesson", { move, value }),
      },
      label,
    ),
  );
  return h(
    "li",
    { class: step.done ? "step done" : "step" },
    h("span", { class: "tick", "aria-hidden": "true" }),
    h(
      "div",
      {},
      h("p", {}, step.text, step.done ? h("span", { class: "visually-hidden" }, " Done.") : null),
      step.now ? h("p", { class: "note step-now" }, step.now) : null,
      show || moves.length ? h("div", { class: "step-row" }, show, ...moves) : null,
    ),
  );
}
