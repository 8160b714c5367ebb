// Keys that work anywhere on the page: space plays, arrows step a frame, shift and arrows a token.

import { makeActions } from "../edits/actions.js";

/** @import { Studio } from "./store.js" */

const TYPING = "input:not([type=range]), select, textarea";
const PRESSING = `button, a, summary, ${TYPING}`;

export function pageKeys(/** @type {Studio} */ studio) {
  const actions = makeActions(studio);

  function step(/** @type {KeyboardEvent} */ event, /** @type {number} */ direction) {
    const { fps, ratio } = studio.views.clip;
    const frame = Math.round(studio.clock.time * fps);
    const next = event.shiftKey
      ? (Math.floor(frame / ratio) + direction) * ratio
      : frame + direction;
    studio.clock.pause();
    studio.clock.seek(next / fps);
    studio.reveal(studio.clock.time);
  }

  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    const target = event.target instanceof Element ? event.target : document.body;
    let act = null;
    if (control && !target.closest(TYPING)) {
      const key = event.key.toLowerCase();
      if (key === "z") act = event.shiftKey ? actions.redo : actions.undo;
      if (key === "y") act = actions.redo;
    } else if (event.code === "Space" && !target.closest(PRESSING)) {
      act = () => studio.clock.toggle();
    } else if (
      !control &&
      !event.altKey &&
      !target.closest(TYPING) &&
      !target.closest("input[type=range]")
    ) {
      if (event.key === "ArrowLeft") act = () => step(event, -1);
      if (event.key === "ArrowRight") act = () => step(event, 1);
    }
    if (!act) return;
    event.preventDefault();
    act();
  });
}
