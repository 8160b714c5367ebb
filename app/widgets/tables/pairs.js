// Predicted tokens against true ones: two open tables, agreement and damage by layer, the worst rows first.

import { saveControl } from "../lab/parts.js";
import { h, setText } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";
import { wayOf } from "../shared/units.js";
import { pager } from "./pager.js";

/**
 * @import { TablePair, TablePairsPayload } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(0)}%`;

export function mountPairs(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  let isChosen = false; // by the visitor; until then the table opened last is the prediction
  const chosen = () => {
    isChosen = true;
  };
  const predicted = h("select", { "aria-label": "Predicted tokens", onchange: chosen });
  const truth = h("select", { "aria-label": "True tokens", onchange: chosen });
  const start = h(
    "button",
    {
      type: "button",
      class: "pairs-start",
      onclick: () =>
        studio.command("compare_tables", { predicted: predicted.value, true: truth.value }),
    },
    "Compare",
  );
  const hint = h(
    "p",
    { class: "note" },
    "To hold predicted tokens, such as a text-to-motion model’s, against the true ones, open both tables.",
  );
  const tools = h(
    "div",
    { class: "check-tools", hidden: true },
    h("label", {}, "Predicted ", predicted),
    h("label", {}, "against ", truth),
    start,
    jobBar(studio, "table pairs"),
  );
  const words = h("p", { class: "note pairs-words" });
  const pages = pager("pairs", (/** @type {number} */ page) =>
    studio.command("look_at_pairs", { page }),
  );
  const head = h("tr", {});
  const list = h("tbody", {});
  const results = h(
    "div",
    { class: "pairs-results", hidden: true },
    words,
    h(
      "div",
      { class: "rows-tools" },
      saveControl(studio, "pairs", "the comparison", { kinds: ["csv"] }),
      pages.element,
    ),
    h(
      "div",
      { class: "table-frame" },
      h(
        "table",
        { class: "rows-table pairs-table" },
        h("caption", { class: "visually-hidden" }, "Predicted rows against true ones"),
        h("thead", {}, head),
        list,
      ),
    ),
  );
  place.append(h("h3", {}, "Predicted against true"), hint, tools, results);

  function rowOf(/** @type {TablePair} */ row, /** @type {number} */ digits) {
    if (row.damage_all === null)
      return h(
        "tr",
        {},
        h("th", { scope: "row", class: "row-id" }, row.id),
        h("td", { colSpan: 99, class: "row-problem" }, row.problem),
      );
    const open = () => studio.command("open_pair", { true: row.true });
    const shift = row.deleted || row.inserted ? `−${row.deleted} +${row.inserted}` : "";
    return h(
      "tr",
      { "data-pair": row.true, onclick: open },
      h(
        "th",
        { scope: "row", class: "row-id" },
        h("button", { type: "button", class: "row-open", title: "Both in the player" }, row.id || "(no id)"),
      ),
      h("td", {}, row.damage_all.toFixed(digits)),
      ...row.damage.map((damage, layer) =>
        h("td", {}, damage.toFixed(digits), h("small", {}, percent(row.agreement[layer]))),
      ),
      h("td", {}, shift),
    );
  }

  function show(/** @type {TablePairsPayload} */ view) {
    results.hidden = !view.done;
    if (!view.done) return;
    const digits = view.unit === "mm" ? 1 : 3;
    setText(words, wordsOf(view));
    const layers = view.agreement.map((_, layer) => `Layer ${layer + 1}`);
    head.replaceChildren(
      ...["id", `Damage, ${view.unit}`, ...layers, "Steps"].map((name) => h("th", { scope: "col" }, name)),
    );
    list.replaceChildren(...view.rows.map((row) => rowOf(row, digits)));
    const { page, first, pages: of, matching: total } = view;
    pages.show({ page, pages: of, first, count: view.rows.length, total });
  }

  studio.on("table_pairs", show);
  studio.on("tables", ({ tables }) => {
    const before = [predicted.value, truth.value];
    const keys = tables.map(({ key }) => key);
    for (const select of [predicted, truth])
      select.replaceChildren(...tables.map(({ key, title }) => h("option", { value: key }, title)));
    const isThere = isChosen && before.every((key) => keys.includes(key));
    [predicted.value, truth.value] = isThere ? before : [keys.at(-1) ?? "", keys[0] ?? ""];
    tools.hidden = tables.length < 2;
    hint.hidden = tables.length > 1;
  });
}

function wordsOf(/** @type {TablePairsPayload} */ view) {
  const { agreement, alignment, fps, unit, only_predicted: ours, only_true: theirs } = view;
  const shares = agreement.map(percent).join(", ");
  const alone = ours || theirs ? ` Ids in one table alone: ${ours} predicted, ${theirs} true.` : "";
  return `Codes that agree, by layer: ${shares}. Damage is the motion’s error against the true tokens decoded, in ${unit}, ${wayOf(/** @type {any} */ (alignment))}, ${fps} fps: of all layers, and of each layer’s differing codes alone, with the share that agrees. Steps left out (−) or put in (+) were found by alignment. A row shows both: true as A, predicted as B.${alone}`;
}
