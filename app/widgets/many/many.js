// Many clips: a folder, files or an archive, measured one by one; the worst first, a click plays one.

import { saveControl, whole } from "../lab/parts.js";
import { h, segmented, setText } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";
import { wayOf } from "../shared/units.js";
import { pager } from "../tables/pager.js";
import { collect } from "./collect.js";

/**
 * @import { Measured, MeasuredRow } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

const JOB = "many";
const TOKEN = "rvq-motion-studio.many"; // of this tab's batch, which outlives a reload
const ORDERS = [
  ["error", "error", "The largest error with all layers first"],
  ["slide", "sliding", "What slides most beyond its original first"],
  ["codes", "codes", "The most different codes a frame first"],
  ["frames", "length", "The longest first"],
  ["name", "name", "By name"],
];

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {Measured | null} */
  let view = null;
  let hasAsked = false;
  const look = (/** @type {Record<string, unknown>} */ values) =>
    studio.command("look_at_clips", {
      order: view?.order,
      alignment: view?.alignment,
      page: 0,
      ...values,
    });
  const sending = h("span", { class: "note", role: "status" });
  const files = collect(studio, {
    tell: (words) => setText(sending, words),
    done: (chosen) => studio.command("measure_files", { files: chosen }),
  });
  const goOn = h(
    "button",
    { type: "button", hidden: true, onclick: () => studio.command("go_on_measuring") },
    "Go on",
  );
  const intro = h(
    "p",
    { class: "note" },
    "Choose a folder of motion, some files (.npy, .npz, .bvh) or a .zip of them: every clip is encoded and decoded with the open checkpoint, and stands in a table that begins with the worst. Clips that do not fit are named with the reason.",
  );
  const orders = segmented("Sorted by", ORDERS, (order) => look({ order }));
  const alignment = h("select", {
    "aria-label": "Alignment of the error",
    onchange: () => look({ alignment: alignment.value }),
  });
  const summary = h("p", { class: "many-summary" });
  const pages = pager("clips", (/** @type {number} */ page) => look({ page }));
  const head = h("tr", {});
  const list = h("tbody", {});
  const failures = h("details", { class: "many-failures", hidden: true });
  const results = h(
    "div",
    { class: "many-results", hidden: true },
    summary,
    h(
      "div",
      { class: "rows-tools" },
      h("span", { class: "label", "aria-hidden": "true" }, "Sorted by"),
      orders,
      alignment,
      saveControl(studio, "many", "the table of clips", { kinds: ["csv"] }),
      pages.element,
    ),
    h(
      "div",
      { class: "table-frame" },
      h(
        "table",
        { class: "rows-table many-table" },
        h("caption", { class: "visually-hidden" }, "Clips that were measured"),
        h("thead", {}, head),
        list,
      ),
    ),
    failures,
  );
  place.append(
    h("div", { class: "many-head" }, ...files, sending, jobBar(studio, JOB), goOn),
    intro,
    results,
  );

  function rowOf(/** @type {MeasuredRow} */ row, /** @type {Measured} */ { fps, unit }) {
    const digits = unit === "mm" ? 1 : 3;
    const play = () => studio.command("play_measured", { row: row.index });
    return h(
      "tr",
      { "data-clip": row.index, onclick: play },
      h(
        "th",
        { scope: "row", class: "row-id" },
        h("button", { type: "button", class: "row-open", title: "Play it" }, row.name),
      ),
      h("td", { class: "number" }, `${(row.frames / fps).toFixed(1)} s`),
      ...row.errors.map((error) => h("td", { class: "number" }, error.toFixed(digits))),
      h("td", { class: "number", title: row.used.join(", ") }, whole(sum(row.used))),
      h("td", { class: "number" }, whole(Math.round(row.bits))),
      h(
        "td",
        { class: "number" },
        row.slide ? `${row.slide[0].toFixed(0)} → ${row.slide[1].toFixed(0)}` : "–",
      ),
      h("td", { class: "row-words" }, row.remarks),
    );
  }

  function show(/** @type {Measured} */ shown) {
    const { mean, unit, state } = shown;
    const isOpen = state === "waiting" || state === "running";
    goOn.hidden = shown.complete || isOpen;
    results.hidden = !shown.clips && !shown.failed;
    intro.hidden = !results.hidden;
    setText(summary, words(shown));
    orders.show(shown.order);
    alignment.replaceChildren(...shown.alignments.map((way) => h("option", { value: way }, way)));
    alignment.value = shown.alignment;
    const { page, first, pages: of, clips: total } = shown;
    pages.show({ page, pages: of, first, count: shown.rows.length, total });
    const titles = mean.map((_, k) => (k ? `1–${k + 1}` : "layer 1"));
    const columns = ["Clip", "Length", ...titles.map((title) => `${title}, ${unit}`)];
    head.replaceChildren(
      ...[...columns, "Codes used", "Bits, nominal", "Sliding, mm/s", "Remarks"].map((name) =>
        h("th", { scope: "col" }, name),
      ),
    );
    const focused = list.querySelector(":focus")?.closest("tr")?.dataset.clip;
    list.replaceChildren(...shown.rows.map((row) => rowOf(row, shown)));
    /** @type {HTMLElement | null} */ (
      list.querySelector(`[data-clip="${focused}"] .row-open`)
    )?.focus();
    showFailures(shown);
  }

  function showFailures(/** @type {Measured} */ { failed, failures: some }) {
    failures.hidden = !failed;
    const more = failed > some.length ? `, the first ${some.length} here and all in the CSV` : "";
    failures.replaceChildren(
      h("summary", {}, `${whole(failed)} not measured${more}`),
      h("ul", {}, ...some.map(({ name, reason }) => h("li", {}, `${name}: ${reason}`))),
    );
  }

  studio.on("many", (payload) => {
    if (payload.batch === null) {
      view = null;
      results.hidden = goOn.hidden = true;
      intro.hidden = false;
      const token = remembered();
      if (token && !hasAsked) studio.command("go_on_measuring", { batch: token });
      hasAsked = true;
      return;
    }
    view = payload;
    remember(payload.batch);
    show(payload);
  });
}

/** What was measured, the mean over all frames, and how far other clips of the kind might differ. */
function words(/** @type {Measured} */ shown) {
  const { clips, frames, mean, unit, alignment, fps, interval, checkpoint, title } = shown;
  if (!mean.length) return `${title}: no clip could be measured.`;
  const digits = unit === "mm" ? 1 : 3;
  const spread = interval
    ? ` (95% interval over clips ${interval.map((end) => end.toFixed(digits)).join(" to ")})`
    : "";
  const error = `${mean[mean.length - 1].toFixed(digits)} ${unit}, ${wayOf(/** @type {any} */ (alignment))}, ${fps} fps`;
  return `${title}, with ${checkpoint}: ${whole(clips)} clips, ${whole(frames)} frames; mean error of all layers ${error}${spread}.`;
}

const sum = (/** @type {number[]} */ values) => values.reduce((one, other) => one + other, 0);

function remembered() {
  try {
    return sessionStorage.getItem(TOKEN);
  } catch {
    return null;
  }
}

function remember(/** @type {string} */ token) {
  try {
    sessionStorage.setItem(TOKEN, token);
  } catch {
    // a browser that keeps nothing: the table ends with the page
  }
}
