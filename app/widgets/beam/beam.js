// Greedy encoding against beam search: nearer in the latent, and then in the motion?

import { chart } from "../lab/chart.js";
import { aligned, figure, runner, saveControl, table } from "../lab/parts.js";
import { h, mm, setText } from "../shared/dom.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { BeamRow } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

/** @type {["latent_error" | "mm", string, string][]} */
const FIELDS = [
  ["latent_error", "Latent error", "mean squared distance"],
  ["mm", "Joint error", "mm"],
];

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {View<"beam">} */
  let view;
  const run = runner(studio, {
    job: "beam",
    command: "compare_beams",
    label: "Compare greedy and beam",
  });
  const lead = h("p", { class: "note lab-lead" });
  const numbers = h("div", {});
  const plots = FIELDS.map(([field, title, unit]) =>
    chart(studio, {
      label: `${title} against the width of the beam`,
      make: (/** @type {Theme} */ theme) =>
        view?.rows &&
        traces(view.rows, theme, field, unit === "mm" ? `mm, ${aligned(view)}` : unit),
    }),
  );
  const body = h(
    "div",
    { class: "lab-grid" },
    figure("Latent error", {}, plots[0].element),
    figure("Joint error", {}, plots[1].element),
    figure(
      "Width by width",
      { className: "wide", save: saveControl(studio, "beam", "greedy against beam") },
      numbers,
    ),
  );
  const careful = h(
    "button",
    {
      type: "button",
      title: "Encode this clip by a beam of 8 instead of greedily: an edit, which undo takes back",
      onclick: () => studio.command("encode_carefully"),
    },
    "Encode carefully",
  );
  place.append(run.element, careful, lead, body);

  function showNumbers(/** @type {BeamRow[]} */ rows) {
    const [greedy] = rows;
    const change = (/** @type {number} */ value, /** @type {number} */ base) => {
      const percent = 100 * (value / base - 1);
      return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(1)}%`;
    };
    numbers.replaceChildren(
      table(
        [
          "width",
          "latent error",
          "against greedy",
          `mm, ${aligned(view)}`,
          "against greedy",
          "tokens changed",
          ...greedy.changed_by_layer.map((_, /** @type {number} */ layer) => `layer ${layer + 1}`),
        ],
        rows.map((row) => [
          row === greedy ? "greedy" : row.width,
          row.latent_error.toPrecision(4),
          row === greedy ? "" : change(row.latent_error, greedy.latent_error),
          mm(row.mm),
          row === greedy ? "" : change(row.mm, greedy.mm),
          `${row.changed} of ${view.tokens}`,
          ...row.changed_by_layer,
        ]),
        { caption: "Latent error, joint error and changed tokens of each beam width" },
      ),
    );
  }

  studio.on("beam", (payload) => {
    view = payload;
    run.show(view.rows ? "done" : view.state);
    body.hidden = !view.rows;
    setText(
      lead,
      view.rows
        ? "Greedy takes the nearest code layer by layer. A beam keeps the best partial sums, with the same codebooks, and is never further from the latent. The decoder was trained on greedy's tokens, so the motion need not be nearer."
        : "",
    );
    if (!view.rows) return;
    showNumbers(view.rows);
    for (const plot of plots) plot.draw();
  });
}

/**
 * @param {BeamRow[]} rows
 * @param {Theme} theme
 * @param {"latent_error" | "mm"} field
 * @param {string} unit
 */
function traces(rows, theme, field, unit) {
  const widths = rows.map(({ width }) => width);
  const values = rows.map((row) => row[field]);
  return {
    traces: [
      {
        x: [widths[0], widths.at(-1)],
        y: [values[0], values[0]],
        name: "greedy",
        mode: "lines",
        hoverinfo: "skip",
        line: { color: theme.ghost, width: 1.6, dash: "dash" },
      },
      {
        x: widths,
        y: values,
        name: "beam",
        mode: "lines+markers",
        line: { color: theme.accent, width: 2 },
        hovertemplate: "width %{x}: %{y:.4g}<extra></extra>",
      },
    ],
    x: { title: "beam width (1: greedy)", tickvals: widths },
    y: { title: unit, rangemode: "tozero" },
  };
}
