// A question and the answer that a learner commits to.

import { h } from "../shared/dom.js";

/**
 * @import { Question } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

export function questionOf(
  /** @type {Question} */ question,
  /** @type {string | null} */ answer,
  /** @type {string} */ said,
  /** @type {Studio} */ studio,
) {
  const text = h("p", { class: "asked", id: "lesson-question" }, question.text);
  if (answer !== null)
    return [text, h("p", { class: "said" }, h("span", { class: "label" }, "Your answer "), said)];

  const commit = h(
    "button",
    { type: "submit", class: "primary", disabled: question.options.length > 0 },
    "Commit to this answer",
  );
  const fields = question.options.length
    ? question.options.map(({ key, label }) =>
        h(
          "label",
          { class: "answer" },
          h("input", {
            type: "radio",
            name: "lesson-answer",
            value: key,
            onchange: () => {
              commit.disabled = false;
            },
          }),
          h("span", {}, label),
        ),
      )
    : [
        h(
          "label",
          { class: "answer-number" },
          h("input", {
            type: "text",
            inputmode: "numeric",
            name: "lesson-answer",
            autocomplete: "off",
            "aria-labelledby": "lesson-question",
          }),
          h("span", {}, question.unit),
        ),
      ];
  const form = h(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault();
        const answer = new FormData(form).get("lesson-answer") ?? "";
        studio.command("answer_lesson", { answer });
      },
    },
    question.options.length
      ? h("div", { role: "radiogroup", "aria-labelledby": "lesson-question" }, ...fields)
      : fields[0],
    commit,
    h("p", { class: "note" }, "A guess is welcome. What settles it comes after."),
  );
  return [text, form];
}
