// Greedy encoding against beam search: nearer in the latent, and then in the motion?

import { chart } from "../lab/chart.js";
import { aligned, figure, runner, saveControl, table } from "../lab/parts.js";
import { h, mm, setText } from "../shared/dom.js";

export function mountBeam(place, studio) {
  let view = null;
  const run = runner(studio, {
    job: "beam",
    command: "compare_beams",
    label: "Compare greedy and beam",
  });
  const lead = h("p", { class: "note lab-lead" });
  const numbers = h("div", {});
  const plots = [
    ["latent_error", "Latent error", "mean squared distance"],
    ["mm", "Joint error", "mm"],
  ].map(([field, title, unit]) =>
    chart(studio, {
      label: `${title} against the width of the beam`,
      make: (theme) =>
        view?.rows && traces(view, theme, field, unit === "mm" ? `mm, ${aligned(view)}` : unit),
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
  place.append(run.element, lead, body);

  function showNumbers() {
    const [greedy] = view.rows;
    const change = (value, base) => {
      const percent = 100 * (value / base - 1);
      return `${percent < 0 ? "−" : "+"}${Math.abs(percent).toFixed(1)} %`;
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
          ...greedy.changed_by_layer.map((_, layer) => `layer ${layer + 1}`),
        ],
        view.rows.map((row) => [
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
    showNumbers();
    for (const plot of plots) plot.draw();
  });
}

function traces(view, theme, field, unit) {
  const widths = view.rows.map(({ width }) => width);
  const values = view.rows.map((row) => row[field]);
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
