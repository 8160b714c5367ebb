// What there is to do in a lesson, how far it is done, and where in the studio it is.

import { h } from "../shared/dom.js";
import { pointAt } from "./pointing.js";

export function stepsOf({ steps }, studio) {
  return [
    h("h3", {}, steps.length > 1 ? "Things to do" : "To do"),
    h("ol", { class: "steps" }, ...steps.map((step, index) => stepOf(step, index, studio))),
  ];
}

function stepOf(step, index, studio) {
  const show =
    step.show &&
    h(
      "button",
      {
        type: "button",
        "data-action": `show-${index}`,
        onclick: () => pointAt(step.show, studio),
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
