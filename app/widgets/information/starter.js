// Begins the analysis of the data set when its figures are looked at.

import { h } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

/** Its progress stands in the data set's own bar; after a cancel, a button begins it again. */
export function starter(/** @type {Studio} */ studio) {
  const start = () => studio.command("analyse_together");
  const element = h("button", { type: "button", hidden: true, onclick: start }, "Analyse these clips");
  return {
    element: h("div", {}, element),
    show(/** @type {string | null} */ state) {
      element.hidden = state !== "cancelled" && state !== "failed";
      if (state === null) start();
    },
  };
}
