// The doctor's verdict beside the checkpoint's name; it leads to the whole of it.

import { h, setText } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

const WORDS = ["Healthy", "Sick", "Unreadable"];

export function mountVerdict(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const badge = h("button", {
    type: "button",
    class: "verdict-badge",
    hidden: true,
    onclick: () => studio.showTab("doctor"),
  });
  place.append(badge);

  studio.on("verdict", ({ status, words, state }) => {
    const examining = status === null && (state === "waiting" || state === "running");
    badge.hidden = status === null && !examining;
    badge.classList.toggle("healthy", status === 0);
    badge.classList.toggle("sick", status !== null && status !== 0);
    setText(badge, status === null ? "Examining…" : WORDS[status]);
    badge.title = words || "The doctor examines this checkpoint";
    badge.setAttribute("aria-label", `Doctor: ${words || "examining"} Open the doctor's tab`);
  });
}
