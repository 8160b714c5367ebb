// A button that opens a box below itself; Escape and a press elsewhere close it.

import { h } from "../shared/dom.js";

/** @import { Child } from "../shared/dom.js" */

const MARGIN = 10; // pixels between the box and the edge of the page

/**
 * @param {string} label
 * @param {Child[]} children
 * @param {() => void} opened
 */
export function menu(label, children, opened = () => {}) {
  const body = h("div", { class: "popover", hidden: true }, ...children);
  const button = h(
    "button",
    { type: "button", "aria-expanded": "false", onclick: () => show(Boolean(body.hidden)) },
    label,
  );
  const element = h("div", { class: "menu" }, button, body);

  function show(/** @type {boolean} */ open) {
    body.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    body.style.left = "0";
    const past = body.getBoundingClientRect().right + MARGIN - document.documentElement.clientWidth;
    if (past > 0) body.style.left = `${-past}px`;
    opened();
  }

  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || body.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!body.hidden && !event.composedPath().includes(element)) show(false);
  });
  return element;
}
