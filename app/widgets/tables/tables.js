// Tables of tokens: opened, looked through, their rows taken to the workbench, checked and saved.

import { h, setText } from "../shared/dom.js";
import { jobBar, orders, ticket } from "../shared/jobs.js";
import { mountCheck } from "./check.js";
import { mountPairs } from "./pairs.js";
import { mountRows } from "./rows.js";

/**
 * @import { TablesPayload } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

const MOST_BYTES = 64 * 1024 * 1024;
const SAVE = "table file";
const KINDS = [
  ["csv", "CSV", "Its own columns; what you did not edit stays as it was, to the byte"],
  ["json", "JSON", "With the checkpoint that the tokens belong to, where that is known"],
  ["npz", "npz", "As arrays"],
];

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {View<"tables">} */
  let view;
  const files = orders(studio, SAVE, "save_table");
  const file = h("input", {
    type: "file",
    accept: ".csv,.json,.npz",
    class: "visually-hidden",
    id: "table-file",
    onchange: () => send(file.files?.[0]),
  });
  const opener = h("label", { class: "button", for: "table-file" }, file, "Open a table");
  const chosen = h("select", {
    id: "table-select",
    "aria-label": "Table",
    onchange: () => studio.command("show_table", { table: chosen.value }),
  });
  const close = h(
    "button",
    {
      type: "button",
      onclick: () => studio.command("close_table", { table: view.shown }),
    },
    "Close",
  );
  const size = h("span", { class: "note" });
  const intro = h(
    "div",
    { class: "tables-intro" },
    h(
      "p",
      {},
      "A table holds the tokens of many clips, a row each. Choose a row and it is decoded with the open checkpoint, plays in the player, and can be edited token by token; your edits go back into the table.",
    ),
    h(
      "p",
      { class: "note" },
      "CSV with the columns id, base_tokens, residual_1 … residual_5 and, if you like, sentence and gloss, tokens separated by spaces; or a .json or .npz of tokens saved here. Rows with mistakes open too, and the submission check says where the mistakes are.",
    ),
  );
  const waiting = h("p", { class: "tables-waiting", role: "status", hidden: true });
  const remarks = h("ul", { class: "tables-remarks" });
  const saving = h(
    "div",
    { class: "tables-save", role: "group", "aria-label": "Save the table" },
    h("span", { class: "label" }, "Save the table"),
    ...KINDS.map(([kind, label, title]) =>
      h(
        "button",
        { type: "button", title, "data-save-table": kind, onclick: () => save(kind) },
        label,
      ),
    ),
    jobBar(studio, SAVE),
  );
  const rows = h("div", { class: "tables-rows" });
  const check = h("div", { class: "tables-check" });
  const pairs = h("div", { class: "tables-pairs" });
  const body = h("div", { class: "tables-body", hidden: true }, rows, check, pairs);
  place.append(
    h("div", { class: "tables-head" }, opener, chosen, size, close, saving),
    waiting,
    remarks,
    intro,
    body,
  );
  mountRows(rows, studio);
  mountCheck(check, studio);
  mountPairs(pairs, studio);

  async function send(/** @type {File | undefined} */ picked) {
    file.value = "";
    if (!picked) return;
    if (picked.size > MOST_BYTES) {
      studio.say(
        `${picked.name} has ${(picked.size / 2 ** 20).toFixed(0)} MB; tables of up to 64 MB are read. Split it and try again.`,
      );
      return;
    }
    try {
      const { path } = await studio.uploadFile(picked);
      studio.command("open_table", { path, file_name: picked.name });
    } catch {
      studio.say(
        `${picked.name} did not reach the server; check the connection and choose it again.`,
      );
    }
  }

  function save(/** @type {string} */ kind) {
    const request = ticket();
    files.order(request, { kind, request });
  }

  studio.on("tables", (payload) => {
    view = payload;
    const isOpen = view.shown !== null;
    body.hidden = saving.hidden = close.hidden = size.hidden = chosen.hidden = !isOpen;
    intro.hidden = isOpen;
    waiting.hidden = !view.awaited;
    setText(waiting, `A link to ${view.awaited} waits for its table: open it here.`);
    chosen.replaceChildren(
      ...view.tables.map(({ key, title }) => h("option", { value: key }, title)),
    );
    chosen.value = view.shown ?? "";
    setText(size, sizeWords(view));
    remarks.hidden = !view.remarks.length;
    remarks.replaceChildren(...view.remarks.map((remark) => h("li", {}, remark)));
  });
}

function sizeWords(/** @type {TablesPayload} */ { rows, layers, edited, unsaved }) {
  const many = (/** @type {number} */ count, /** @type {string} */ word) =>
    `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
  const changed = edited ? `, ${many(edited, "row")} edited${unsaved ? ", not saved" : ""}` : "";
  return `${many(rows, "row")} of ${many(layers, "layer")}${changed}`;
}
