// The rows of a table, a page at a time: found by id or sentence, and taken to the workbench by a click.

import { each, h, segmented, setText } from "../shared/dom.js";
import { pager } from "./pager.js";

/**
 * @import { TableRow } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

const WHICH = [
  ["all", "all", "Every row"],
  ["edited", "edited", "Rows whose tokens differ from the file's"],
  ["found", "with findings", "Rows in which the latest check found something"],
];
const COLUMNS = ["Row", "id", "Sentence, gloss", "Tokens", "Length"];
const REST = 250; // milliseconds before what was typed is looked for

export function mountRows(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {View<"table_rows">} */
  let view;
  let timer = 0;
  const look = (/** @type {Record<string, unknown>} */ values) =>
    studio.command("look_in_table", { text: search.value, which: view.which, page: 0, ...values });
  const search = h("input", {
    type: "search",
    class: "table-search",
    placeholder: "id or sentence",
    "aria-label": "Find rows by id or sentence",
    oninput: () => {
      clearTimeout(timer);
      timer = setTimeout(() => look({}), REST);
    },
    onkeydown: (event) => event.stopPropagation(),
  });
  const which = segmented("Rows", WHICH, (value) => look({ which: value }));
  const pages = pager("rows", (/** @type {number} */ page) => look({ page }));
  const list = h("tbody", {});
  const none = h("p", { class: "note", hidden: true }, "No such row.");
  place.append(
    h("div", { class: "rows-tools" }, search, which, pages.element),
    h(
      "table",
      { class: "rows-table" },
      h("caption", { class: "visually-hidden" }, "Rows of the table"),
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ...COLUMNS.map((name) => h("th", { scope: "col" }, name)),
          h("th", { scope: "col" }, h("span", { class: "visually-hidden" }, "State")),
        ),
      ),
      list,
    ),
    none,
  );

  const open = (/** @type {number} */ index) =>
    studio.command("open_row", { table: view.table, row: index });

  function rowOf(/** @type {TableRow} */ row, /** @type {number} */ fps) {
    const cells = [
      h("td", { class: "row-number" }, String(row.number)),
      h(
        "th",
        { scope: "row", class: "row-id" },
        h("button", { type: "button", class: "row-open" }, row.id.trim() || "(no id)"),
      ),
      h(
        "td",
        { class: "row-words" },
        row.words,
        row.problem ? h("span", { class: "row-problem" }, row.problem) : null,
      ),
      h("td", { class: "row-size" }, ...sizes(row)),
      h("td", { class: "row-length" }, ...lengths(row, fps)),
      h("td", { class: "row-state" }, ...marks(row)),
    ];
    return h("tr", { "data-row": row.index, onclick: () => open(row.index) }, ...cells);
  }

  function markOpen() {
    const here = studio.views.tables?.open_row;
    for (const row of each(list, "tr")) {
      const isHere = here?.table === view.table && here?.index === Number(row.dataset.row);
      if (isHere) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  studio.on("table_rows", (payload) => {
    view = payload;
    if (payload.table === null) return;
    const shown = payload;
    if (document.activeElement !== search) search.value = shown.text;
    which.show(shown.which);
    const { page, first, pages: of, matching: total } = shown;
    const count = shown.rows.length;
    pages.show({ page, pages: of, first, count, total });
    const focused = list.querySelector(":focus")?.closest("tr")?.dataset.row;
    list.replaceChildren(...shown.rows.map((row) => rowOf(row, shown.fps)));
    each(list, `[data-row="${focused}"] .row-open`)[0]?.focus();
    none.hidden = count > 0;
    setText(none, shown.which === "edited" && !shown.text ? "No row is edited." : "No such row.");
    markOpen();
  });
  studio.on("tables", markOpen);
}

/** Layers by steps, and how the first layer begins. */
function sizes(/** @type {TableRow} */ { layers, steps, codes }) {
  return steps === null ? [] : [`${layers} × ${steps}`, h("small", { class: "row-codes" }, codes)];
}

function lengths(/** @type {TableRow} */ { frames }, /** @type {number} */ fps) {
  return frames === null
    ? []
    : [`${(frames / fps).toFixed(1)} s`, h("small", {}, `${frames} frames`)];
}

/** Whether a row was edited, and whether fault was found with it. */
function marks(/** @type {TableRow} */ { edited, found }) {
  return [
    edited ? h("span", { class: "row-mark edited" }, "edited") : null,
    found ? h("span", { class: "row-mark found" }, "finding") : null,
  ];
}
