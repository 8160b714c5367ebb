// Leading the eye to a part of the studio.

import { h, isStill, one } from "../shared/dom.js";

/**
 * @import { ShowPart } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

/** @type {Record<string, string>} selectors */
export const PARTS = {
  header: ".header",
  readout: ".readout",
  player: ".panel.player",
  trajectories: ".panel.trajectories",
  tokens: ".panel.tokens",
  errors: ".errors",
  lab: ".panel.lab",
};
const RING_MS = 2600;

/** Bring a part into sight and ring it; returns what takes the ring off. */
export function ring(/** @type {string} */ selector) {
  const target = one(document, `#studio ${selector}`);
  target.scrollIntoView({ block: "center", behavior: isStill() ? "auto" : "smooth" });
  target.classList.add("ringed");
  return () => target.classList.remove("ringed");
}

/** Show what a step is about: open it, select or move to it, and lead there. */
export function pointAt(/** @type {ShowPart} */ show, /** @type {Studio} */ studio) {
  const { fps, ratio } = studio.views.clip;
  if (show.picture) studio.setPicture(show.picture);
  if (show.tab) studio.showTab(show.tab);
  if (show.step !== null) {
    studio.clock.pause();
    studio.clock.seek((show.step * ratio + (ratio - 1) / 2) / fps);
    studio.reveal(studio.clock.time);
  }
  if (show.layer !== null) studio.selection.set({ layer: show.layer, step: show.step ?? 0 });
  setTimeout(ring(PARTS[show.part]), RING_MS);
  offerWayBack();
}

/** Where the lesson is out of sight, a way back to it. */
function offerWayBack() {
  const panel = one(document, "#studio .panel.lessons");
  if (document.querySelector("#studio .way-back")) return;
  const button = h(
    "button",
    {
      type: "button",
      class: "way-back primary",
      onclick: () => {
        panel.scrollIntoView({ block: "start" });
        one(panel, "h2").focus({ preventScroll: true });
      },
    },
    "Back to the lesson",
  );
  const watcher = new IntersectionObserver((entries) => {
    if (panel.hidden) {
      watcher.disconnect();
      button.remove();
    }
    button.hidden = Boolean(entries.at(-1)?.isIntersecting);
  });
  button.hidden = true;
  panel.after(button);
  watcher.observe(panel);
}
