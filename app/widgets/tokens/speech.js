// The token grid for screen readers: the cell that the keys are at, and what an edit made of it.

import { describeRegion } from "../edits/edits.js";
import { h, setText } from "../shared/dom.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { NumberArray } from "../shared/types.js"
 */

/**
 * @param {HTMLElement} canvas
 * @param {Studio} studio
 * @param {() => NumberArray | null} codes the codes shown, layers by steps; null while a clip changes
 */
export function gridSpeech(canvas, studio, codes) {
  const spoken = h("span", { class: "visually-hidden", "aria-live": "polite" });
  canvas.after(spoken);

  /** An element inside the canvas, for a screen reader to stand on. */
  function exposeCell() {
    const shown = codes();
    if (!shown) return;
    const { head } = studio.selection;
    const { layer, step } = head ?? { layer: 0, step: 0 };
    const [layers, steps] = shown.shape;
    const code = shown.values[layer * steps + step];
    const cell = h(
      "div",
      {
        role: "gridcell",
        id: `token-${layer}-${step}`,
        "aria-colindex": step + 1,
        "aria-selected": String(Boolean(head)),
      },
      `layer ${layer + 1}, step ${step}, ${code < 0 ? "dropped" : `code ${code}`}`,
    );
    canvas.replaceChildren(h("div", { role: "row", "aria-rowindex": layer + 1 }, cell));
    canvas.setAttribute("aria-rowcount", String(layers));
    canvas.setAttribute("aria-colcount", String(steps));
    if (head) canvas.setAttribute("aria-activedescendant", cell.id);
    else canvas.removeAttribute("aria-activedescendant");
  }

  /** What standing on the cell does not say: a block's extent, and what an edit made of the cell. */
  function speak(/** @type {boolean} */ edited) {
    const { region, isSingle } = studio.selection;
    if (!region) setText(spoken, "");
    else if (!isSingle) setText(spoken, `${describeRegion(region)} selected`);
    else setText(spoken, edited ? (canvas.textContent ?? "") : "");
  }

  return {
    selected: () => {
      exposeCell();
      speak(false);
    },
    changed: () => {
      exposeCell();
      speak(true);
    },
  };
}
