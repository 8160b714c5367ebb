// The token grid by keyboard, as in a spreadsheet.

import { makeActions } from "../edits/actions.js";
import { one } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

/** @type {Partial<Record<string, number[]>>} */
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @param {HTMLElement} canvas
 * @param {Studio} studio
 * @param {() => number[]} shape layers and steps
 * @param {(step: number) => void} lookAt
 */
export function gridKeys(canvas, studio, shape, lookAt) {
  const actions = makeActions(studio);
  const { selection } = studio;

  function move(/** @type {number[]} */ [down, right], /** @type {boolean} */ extend) {
    const [layers, steps] = shape();
    const from = selection.head ?? { layer: 0, step: 0 };
    const to = {
      layer: Math.max(0, Math.min(layers - 1, from.layer + down)),
      step: Math.max(0, Math.min(steps - 1, from.step + right)),
    };
    if (extend) selection.extend(to);
    else selection.set(to);
    lookAt(to.step);
  }

  const whole = {
    row: () =>
      selection.set(
        { layer: selection.anchor?.layer ?? 0, step: 0 },
        { layer: selection.head?.layer ?? 0, step: shape()[1] - 1 },
      ),
    column: () =>
      selection.set(
        { layer: 0, step: selection.anchor?.step ?? 0 },
        { layer: shape()[0] - 1, step: selection.head?.step ?? 0 },
      ),
    all: () =>
      selection.set({ layer: 0, step: 0 }, { layer: shape()[0] - 1, step: shape()[1] - 1 }),
  };

  function withControl(/** @type {string} */ key) {
    /** @type {Partial<Record<string, () => void>>} */
    const acts = { c: actions.copy, v: actions.paste, a: whole.all, " ": whole.column };
    return acts[key];
  }

  function plain(/** @type {KeyboardEvent} */ event) {
    if (event.key === " " && event.shiftKey) return whole.row;
    /** @type {Partial<Record<string, () => void>>} */
    const acts = {
      Delete: actions.drop,
      Backspace: actions.drop,
      r: actions.restore,
      R: actions.restore,
      "[": () => actions.step(-1),
      "]": () => actions.step(1),
      Home: () => move([0, -shape()[1]], event.shiftKey),
      End: () => move([0, shape()[1]], event.shiftKey),
      PageUp: () => move([0, -10], event.shiftKey),
      PageDown: () => move([0, 10], event.shiftKey),
      Escape: () => selection.clear(),
      "+": () => studio.zoomRange(0.5),
      "-": () => studio.zoomRange(2),
    };
    return acts[event.key];
  }

  canvas.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    const arrow = ARROWS[event.key];
    let act;
    if (arrow && !control && !event.altKey) act = () => move(arrow, event.shiftKey);
    else if (/^\d$/.test(event.key) && !control) act = () => startTyping(event.key);
    else if (event.key === "Enter") act = () => startTyping("");
    else act = control ? withControl(event.key.toLowerCase()) : plain(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });

  function startTyping(/** @type {string} */ text) {
    const input = /** @type {HTMLInputElement} */ (one(document, "#studio .code-input"));
    if (!selection.region) return;
    input.focus();
    if (text) input.value = text;
    else input.select();
  }
}
