// "Why is my MPJPE not the paper's?": the error as MoMask reports it beside ours, each with its interval.

import { saveControl, table } from "../lab/parts.js";
import { h, mm, setText } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";

/**
 * @import { Reported } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

const HEAD = ["Checkpoint", "Whole clips, as above", "As MoMask reports it", "Clips it takes"];

export function mountReported(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const start = h(
    "button",
    { type: "button", class: "reported-start", onclick: () => studio.command("report_errors") },
    "Measure both ways",
  );
  const save = saveControl(studio, "reported", "both errors", { kinds: ["csv"] });
  const words = h("p", { class: "note" });
  const result = h("div", {});
  place.append(
    h(
      "section",
      { class: "reported", "aria-label": "As MoMask reports it" },
      h("h3", {}, "As MoMask reports it"),
      h(
        "p",
        { class: "note" },
        "MoMask\u2019s own evaluation takes clips of 40 to 199 frames, cuts each to whole tokens at a random place, pads it to 196 frames with zeros that the network sees, and averages the root-aligned error over all frames (utils/eval_t2m.py and data/t2m_dataset.py of its repository). Above, whole clips are measured as they are.",
      ),
      h("div", { class: "compare-switches" }, start, save, jobBar(studio, "reported")),
      words,
      result,
    ),
  );

  studio.on("reported", ({ state, repeats, fps, rows }) => {
    start.hidden = state === "waiting" || state === "running" || state === "done";
    save.hidden = words.hidden = !rows.length;
    result.replaceChildren(...(rows.length ? [table(HEAD, rows.map(cells))] : []));
    setText(
      words,
      `MPJPE in mm, root-aligned, ${fps} fps, all layers. \u00b1: how far another ${repeats} draws may differ. In brackets: the 95% interval over clips, by drawing them anew.`,
    );
  });
}

/** @returns {(string | number)[]} */
function cells(/** @type {Reported} */ row) {
  const ours = row.ours === null ? "\u2013" : `${mm(row.ours)} ${range(row.ours_interval)}`;
  const theirs =
    row.theirs === null
      ? row.problem
      : `${mm(row.theirs)} \u00b1 ${row.confidence?.toFixed(2)} ${range(row.theirs_interval)}`;
  return [row.title, ours, theirs, `${row.taken} of ${row.clips}`];
}

const range = (/** @type {number[] | null} */ ends) =>
  ends ? `(${ends.map((end) => mm(end)).join(" to ")})` : "";
