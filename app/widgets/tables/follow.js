// What the server wants looked at: the tab of the tables, or a row of one, perhaps a certain token of it.

import { isStill, one } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

/** Follow the notifications that lead somewhere on the page. */
export function followNotifications(/** @type {Studio} */ studio) {
  studio.on("notification", (notification) => {
    if (notification.kind !== "tab" && notification.kind !== "row") return;
    studio.showTab(notification.tab);
    if (notification.kind === "tab") bringIntoSight(".lab", "nearest");
    else if (notification.layer === null) play();
    else select(notification.layer, notification.step);
  });

  function play() {
    bringIntoSight(".stage", "center");
    if (!isStill()) studio.clock.play();
  }

  /** Put the selection on a token, or on a whole layer where no token is named. */
  function select(/** @type {number} */ layer, /** @type {number | null} */ step) {
    const { fps, ratio, steps } = studio.views.clip;
    const seconds = ((step ?? 0) * ratio) / fps;
    studio.clock.pause();
    studio.clock.seek(seconds);
    studio.reveal(seconds);
    studio.selection.set({ layer, step: step ?? 0 }, { layer, step: step ?? steps - 1 });
    one(document, "#studio .grid").focus({ preventScroll: true });
    bringIntoSight(".timeline > .tokens", "center");
  }
}


function bringIntoSight(/** @type {string} */ what, /** @type {ScrollLogicalPosition} */ block) {
  const behavior = isStill() ? "auto" : "smooth";
  one(document, `#studio ${what}`).scrollIntoView({ block, behavior });
}
