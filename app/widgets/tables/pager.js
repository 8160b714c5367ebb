// Back and forth through pages of something long.

import { h, setText } from "../shared/dom.js";

/** @typedef {{ page: number, pages: number, first: number, count: number, total: number }} Shown */

/** A row of buttons; turn(page) is called for a click, and show says where one is. */
export function pager(/** @type {string} */ what, /** @type {(page: number) => void} */ turn) {
  let at = 0;
  const words = h("span", { class: "note", "aria-live": "polite" });
  const button = (
    /** @type {string} */ label,
    /** @type {string} */ name,
    /** @type {() => number} */ to,
  ) =>
    h(
      "button",
      { type: "button", "aria-label": `${name} of ${what}`, onclick: () => turn(to()) },
      label,
    );
  const back = button("‹", "Previous page", () => at - 1);
  const on = button("›", "Next page", () => at + 1);
  const element = h("div", { class: "pager" }, back, words, on);
  return {
    element,
    /** One page of several; `first` and `count` are those shown, of `total`. */
    show(/** @type {Shown} */ { page, pages, first, count, total }) {
      at = page;
      back.disabled = page === 0;
      on.disabled = page >= pages - 1;
      back.hidden = on.hidden = pages === 1;
      const [from, to] = [first + 1, first + count].map((n) => n.toLocaleString("en"));
      setText(words, count ? `${from} to ${to} of ${total.toLocaleString("en")}` : "none");
    },
  };
}
