// Checkpoints side by side: errors by layer, what a bit buys, use of the codes, speed and size.

import { each, h, mm, segmented, setText } from "../shared/dom.js";
import { saveControl } from "../lab/parts.js";
import { jobBar } from "../shared/jobs.js";
import { comparedBodies } from "./bodies.js";
import { ratePlot } from "./rates.js";
import { mountReported } from "./reported.js";

/**
 * @import { Child } from "../shared/dom.js"
 * @import { Compared, Scores } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 * @import { Aligned, Rate } from "./rates.js"
 */

const ALIGNMENTS = [
  ["local", "local", "Each body in its own place and heading"],
  ["root", "root", "Pelvis on pelvis in every frame"],
  ["global", "global", "Nothing aligned"],
];
/** @typedef {NonNullable<View<"compare">["result"]>} Comparison */

const RATES = [
  ["nominal", "nominal", "Layers × log2 K × tokens a second: what a fixed-length code needs"],
  ["entropy", "entropy", "The layers’ corrected entropies: what an ideal code of each layer needs"],
];

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {Aligned} */
  let alignment = "root";
  /** @type {Rate} */
  let rate = "nominal";
  /** @type {View<"compare">} */
  let view;

  const candidates = h("div", { class: "chips", role: "group", "aria-label": "Checkpoints" });
  const over = h("select", { id: "compare-over", onchange: send });
  const again = h(
    "button",
    { type: "button", hidden: true, onclick: () => studio.command("compare") },
    "Compare",
  );
  const alignments = segmented("Alignment of the error", ALIGNMENTS, (value) => {
    alignment = /** @type {Aligned} */ (value);
    show();
  });
  const rates = segmented("Rate", RATES, (value) => {
    rate = /** @type {Rate} */ (value);
    show();
  });
  const note = h("p", { class: "note" });
  const plot = ratePlot(studio);
  const byLayer = h("div", {
    class: "scroll by-layer",
    tabindex: "0",
    role: "group",
    "aria-label": "Error by layers",
  });
  const sizes = h("div", {
    class: "scroll sizes",
    tabindex: "0",
    role: "group",
    "aria-label": "Size, speed and use of the codes",
  });
  const results = h(
    "div",
    { class: "compare-results", hidden: true },
    h(
      "div",
      { class: "compare-switches" },
      alignments,
      rates,
      note,
      saveControl(studio, "comparison", "the comparison"),
    ),
    plot.element,
    h("div", {}, h("h3", {}, "Error in mm after the first k layers"), byLayer),
    comparedBodies(studio),
    h("div", { class: "whole-row" }, h("h3", {}, "Size, speed and use of the codes"), sizes),
  );
  place.append(
    h(
      "div",
      { class: "compare-head" },
      candidates,
      h("label", { class: "choice" }, h("span", {}, "On"), over),
      again,
    ),
    jobBar(studio, "compare"),
    results,
  );
  mountReported(place, studio);

  function send() {
    const chosen = each(candidates, "input:checked").map(
      (box) => /** @type {HTMLInputElement} */ (box).value,
    );
    if (chosen.length) studio.command("compare_with", { checkpoints: chosen, over: over.value });
    else studio.say("Choose at least one checkpoint to compare.");
  }

  function showChoices() {
    const full = view.candidates.filter((one) => one.chosen).length >= view.most;
    candidates.replaceChildren(
      ...view.candidates.map(({ key, title, chosen }) =>
        h(
          "label",
          { class: "chip-box" },
          h("input", {
            type: "checkbox",
            value: key,
            checked: chosen,
            disabled: full && !chosen,
            onchange: send,
          }),
          title,
        ),
      ),
    );
    if (view.candidates.length === 1)
      candidates.append(
        h("span", { class: "note" }, "Open another checkpoint above to see the two side by side."),
      );
    over.replaceChildren(...view.overs.map(({ key, title }) => h("option", { value: key }, title)));
    over.value = view.over;
  }

  function show() {
    results.hidden = !view?.result;
    if (!view?.result) return;
    const { clips, frames, fps } = view.result;
    alignments.show(alignment);
    rates.show(rate);
    const aligned = alignment === "global" ? "global" : `${alignment}-aligned`;
    setText(
      note,
      `MPJPE in mm, ${aligned}, ${fps} fps, over ${clips === 1 ? "one clip" : `${clips} clips`} of ${frames} frames. ${view.over === "clip" ? "" : view.held_out_of}`,
    );
    byLayer.replaceChildren(layerTable(view.result, alignment));
    sizes.replaceChildren(sizeTable(view.result));
    plot.show(view.result.contestants, alignment, rate, aligned);
  }

  studio.on("compare", (payload) => {
    view = payload;
    showChoices();
    again.hidden = view.state === null || view.state === "done" || isOpen(view.state);
    show();
    if (view.state === null) studio.command("compare");
  });
}

const isOpen = (/** @type {string | null} */ state) => state === "waiting" || state === "running";
const heads = (/** @type {Compared[]} */ contestants) =>
  h(
    "thead",
    {},
    h("tr", {}, h("td", {}), ...contestants.map(({ title }) => h("th", { scope: "col" }, title))),
  );

function layerTable(/** @type {Comparison} */ { contestants }, /** @type {Aligned} */ alignment) {
  const most = Math.max(1, ...contestants.map(({ scores }) => scores?.points.length ?? 0));
  const rows = Array.from({ length: most }, (_, k) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, k ? `1–${k + 1}` : "1"),
      ...contestants.map(({ scores }, i) =>
        h(
          "td",
          { "data-layers": k + 1, "data-contestant": i },
          scores?.points[k] ? mm(scores.points[k][alignment]) : "–",
        ),
      ),
    ),
  );
  return h("table", {}, heads(contestants), h("tbody", {}, ...rows));
}

function sizeTable(/** @type {Comparison} */ { contestants, timed_frames: timed, device }) {
  const first = contestants.find(({ scores }) => scores);
  const row = (/** @type {string} */ name, /** @type {(one: Compared) => Child} */ cell) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      ...contestants.map((one, i) =>
        h("td", { "data-row": name, "data-contestant": i }, cell(one)),
      ),
    );
  /** @type {(cell: (scores: Scores, one: Compared) => string) => (one: Compared) => string} */
  const scored = (cell) => (one) => (one.scores ? cell(one.scores, one) : "–");
  const most = Math.max(...contestants.map(({ layers }) => layers));
  const refused = contestants.some(({ refusal }) => refusal);
  return h(
    "table",
    {},
    heads(contestants),
    h(
      "tbody",
      {},
      ...(refused
        ? [row("not compared", (one) => h("span", { class: "refusal" }, one.refusal || "–"))]
        : []),
      row("file format", (one) => one.layout),
      row("features", (one) => `${one.features} a frame, ${one.fps} fps`),
      row("layers × codes", (one) => `${one.layers} × ${one.codes}`),
      row("frames a token", (one) => String(one.frames_a_token)),
      row("parameters", (one) => one.parameters.toLocaleString("en")),
      row("files", (one) =>
        one.bytes === null ? "not known" : `${(one.bytes / 1e6).toFixed(1)} MB`,
      ),
      row(
        `time for ${timed} frames, ${device === "cpu" ? "CPU" : "GPU"}`,
        scored(({ milliseconds }) => `${milliseconds.toFixed(1)} ms`),
      ),
      row(
        "time, against the first",
        scored(
          ({ milliseconds }) =>
            `${(milliseconds / (first?.scores?.milliseconds ?? milliseconds)).toFixed(2)} ×`,
        ),
      ),
      ...Array.from({ length: most }, (_, v) =>
        row(
          `codes used, layer ${v + 1}`,
          scored(({ used, perplexity }, { codes }) =>
            v < used.length
              ? `${used[v]} of ${codes} (perplexity ${perplexity[v].toFixed(1)})`
              : "–",
          ),
        ),
      ),
    ),
  );
}
