// The correlation of the layers' token numbers; a click on a pair shows its numbers.

import { h } from "../shared/dom.js";

/** Two decimals with a minus sign, and none before a zero. */
function signed(/** @type {number} */ value) {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) ? `−${text}` : text;
}

export function correlationMatrix(/** @type {(pair: number[]) => void} */ pick) {
  const element = h("div", { class: "table-frame" });
  return { element, show };

  /**
   * @param {number} u
   * @param {number} v
   * @param {number | null} value
   * @param {number[]} chosen
   */
  function cell(u, v, value, chosen) {
    if (u === v) return h("td", {}, "1");
    const words = value === null ? "no value: a layer is constant" : value.toFixed(2);
    return h(
      "td",
      {},
      h(
        "button",
        {
          type: "button",
          class: value !== null && value < 0 ? "correlation negative" : "correlation",
          style: `--share:${(48 * Math.abs(value ?? 0)).toFixed(1)}%`,
          "data-pair": `${u}-${v}`,
          "data-correlation": value,
          "aria-pressed": String(chosen[0] === u && chosen[1] === v),
          "aria-label": `Layers ${u} and ${v}: ${words}`,
          onclick: () => pick([u, v]),
        },
        value === null ? "–" : signed(value),
      ),
    );
  }

  function show(/** @type {(number | null)[][]} */ rows, /** @type {number[]} */ chosen) {
    const numbers = rows.map((_, layer) => layer + 1);
    element.replaceChildren(
      h(
        "table",
        { class: "matrix correlation-matrix" },
        h(
          "thead",
          {},
          h("tr", {}, h("td", {}), ...numbers.map((v) => h("th", { scope: "col" }, String(v)))),
        ),
        h(
          "tbody",
          {},
          ...numbers.map((u) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, `layer ${u}`),
              ...numbers.map((v) => cell(u, v, rows[u - 1][v - 1], chosen)),
            ),
          ),
        ),
      ),
    );
  }
}
