// The codes nearest to what a selected token stands for, each a press away.

import { h } from "../shared/dom.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

/**
 * @param {Studio} studio
 * @param {(code: number) => void} setCode
 */
export function nearestCodes(studio, setCode) {
  const element = h("div", { class: "nearest" });
  const note = (/** @type {string} */ words) => h("span", { class: "note" }, words);

  function show(/** @type {View<"cell"> | undefined} */ cell) {
    const { anchor, isSingle } = studio.selection;
    if (!isSingle || !cell?.next || cell.layer !== anchor?.layer || cell.step !== anchor.step) {
      const words = studio.selection.region
        ? "one token alone shows the codes nearest to it"
        : "click or drag, or use arrow keys with shift";
      element.replaceChildren(note(words));
      return;
    }
    const own =
      cell.distance === null
        ? `dropped; the residual it would stand for has length ${cell.residual.toFixed(2)}`
        : `code ${cell.code} is ${cell.distance.toFixed(2)} from the residual it stands for`;
    const was = cell.code === cell.original ? "" : `, was ${cell.original}`;
    element.replaceChildren(
      note(`${own}${was}. Next nearest: `),
      ...cell.next.map(({ code, distance }) =>
        h(
          "button",
          { type: "button", class: "near", title: `Set code ${code}`, onclick: () => setCode(code) },
          `${code}`,
          h("small", {}, distance.toFixed(2)),
        ),
      ),
    );
  }

  return { element, show };
}
