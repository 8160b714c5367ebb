// What settles a question: the verdict, tables with bars, formulas beside their live numbers.

import { h } from "../shared/dom.js";

/** @import { Formula, LessonRow, LessonTable, Outcome } from "../shared/payloads" */

/** @type {Partial<Record<string, string>>} by whether the answer was right */
const VERDICTS = {
  true: "You were right.",
  false: "It turned out otherwise, which is how most people learn this.",
};

/**
 * @param {Outcome} outcome
 * @param {HTMLElement} share what a link to the present score is made with, for outcomes worth one
 */
export function outcomeOf(outcome, share) {
  const { right, verdict, sentences, tables, formulas, score } = outcome;
  const said = VERDICTS[String(right)];
  return [
    h("h3", {}, "What settles it"),
    h(
      "p",
      { class: `verdict ${right === true ? "right" : ""}`, "data-right": String(right) },
      said ? h("span", { class: "verdict-said" }, said, " ") : null,
      h("strong", {}, verdict),
    ),
    ...tables.map(tableOf),
    ...sentences.map((sentence) => h("p", {}, sentence)),
    ...formulas.map(formulaOf),
    ...(score === null ? [] : [share]),
  ];
}

function tableOf(/** @type {LessonTable} */ { caption, head, rows }) {
  const bars = rows.some((row) => row.share !== null);
  return h(
    "div",
    { class: "lesson-table", tabindex: "0", role: "region", "aria-label": caption },
    h(
      "table",
      {},
      h("caption", {}, caption),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...head.map((/** @type {string} */ name) =>
            name ? h("th", { scope: "col" }, name) : h("td", {}),
          ),
          bars ? h("td", {}) : null,
        ),
      ),
      h("tbody", {}, ...rows.map((row) => rowOf(row, bars))),
    ),
  );
}

function rowOf(
  /** @type {LessonRow} */ { cells: [name, ...values], share, remark },
  /** @type {boolean} */ bars,
) {
  const bar = () =>
    h(
      "td",
      { class: "bar" },
      share === null ? null : h("i", { style: `width: ${(100 * Math.min(1, share)).toFixed(1)}%` }),
      remark ? h("span", { class: "remark" }, remark) : null,
    );
  return h(
    "tr",
    { class: remark ? "remarked" : "" },
    h("th", { scope: "row" }, name),
    ...values.map((value) => h("td", {}, value)),
    bars ? bar() : null,
  );
}

function formulaOf(/** @type {Formula} */ { math, says, gives }) {
  const equation = h("div", { class: "equation" });
  equation.innerHTML = math; // written by the lesson, never by a visitor
  return h(
    "figure",
    { class: "formula" },
    equation,
    h("figcaption", {}, says, gives ? h("strong", {}, ` Here: ${gives}.`) : null),
  );
}
