// Leading the eye to a part of the studio.

import { h } from "../shared/dom.js";

export const PARTS = {
  header: ".header",
  readout: ".readout",
  player: ".panel.player",
  trajectories: ".panel.trajectories",
  tokens: ".panel.tokens",
  errors: ".errors",
  deck: ".panel.deck",
};
const RING_MS = 2600;

/** Bring a part into sight and ring it; returns what takes the ring off. */
export function ring(selector) {
  const target = document.querySelector(`#studio ${selector}`);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  target.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  target.classList.add("ringed");
  return () => target.classList.remove("ringed");
}

/** Show what a step is about: open it, select or move to it, and lead there. */
export function pointAt(show, studio) {
  const { fps, ratio } = studio.views.clip;
  if (show.picture) studio.setPicture(show.picture);
  if (show.tab) studio.showTab(show.tab);
  if (show.step !== null) {
    studio.clock.pause();
    studio.clock.seek((show.step * ratio + (ratio - 1) / 2) / fps);
    studio.reveal(studio.clock.time);
  }
  if (show.layer !== null) studio.selection.set({ layer: show.layer, step: show.step });
  setTimeout(ring(PARTS[show.part]), RING_MS);
  offerWayBack();
}

/** Where the lesson is out of sight, a way back to it. */
function offerWayBack() {
  const panel = document.querySelector("#studio .panel.lessons");
  if (panel.parentElement.querySelector(".way-back")) return;
  const button = h(
    "button",
    {
      type: "button",
      class: "way-back primary",
      onclick: () => {
        panel.scrollIntoView({ block: "start" });
        panel.querySelector("h2").focus({ preventScroll: true });
      },
    },
    "Back to the lesson",
  );
  const watcher = new IntersectionObserver((entries) => {
    if (panel.hidden) {
      watcher.disconnect();
      button.remove();
    }
    button.hidden = entries.at(-1).isIntersecting;
  });
  button.hidden = true;
  panel.after(button);
  watcher.observe(panel);
}
