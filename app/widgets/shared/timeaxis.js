// Plots and token grid share one horizontal scale: a gutter on the left, a small pad on the right.

import { measure } from "./dom.js";

/**
 * @import { Clock } from "./clock.js"
 * @import { Range } from "./range.js"
 * @import { Studio } from "./store.js"
 *
 * @typedef {ReturnType<typeof timeScale>} TimeScale
 */

export const PAD_RIGHT = 14;

/**
 * Map between seconds and pixels of an element, for the visible stretch of time.
 *
 * @param {HTMLElement} element
 * @param {Range} range
 */
export function timeScale(element, range) {
  const { width: whole, gutter: left } = measure(element);
  const width = Math.max(1, whole - left - PAD_RIGHT);
  const perSecond = width / Math.max(1e-6, range.to - range.from);
  return {
    left,
    right: whole,
    width,
    perSecond,
    x: (/** @type {number} */ seconds) => left + (seconds - range.from) * perSecond,
    seconds: (/** @type {number} */ x) => range.from + (x - left) / perSecond,
  };
}

/**
 * A plot along time: hover shows a moment, press and drag move to it.
 *
 * @param {HTMLElement} element
 * @param {Studio} studio
 * @param {() => Pick<TimeScale, "left" | "seconds">} scaleOf
 */
export function followPointer(element, studio, scaleOf) {
  const across = (/** @type {PointerEvent} */ event) =>
    event.clientX - element.getBoundingClientRect().left;
  followMoments(
    element,
    studio.clock,
    (event) => scaleOf().seconds(across(event)),
    (event) => across(event) >= scaleOf().left,
  );
}

/**
 * Hover shows a moment, press and drag move to it, with mouse, pen and touch; secondsAt(event) says which.
 * A touch that turns into scrolling the page gives back the moment it left.
 *
 * @param {HTMLElement} element
 * @param {Clock} clock
 * @param {(event: PointerEvent) => number} secondsAt
 * @param {(event: PointerEvent) => boolean} inside
 */
export function followMoments(element, clock, secondsAt, inside = () => true) {
  /** @type {{ time: number, playing: boolean } | null} */
  let before = null;
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !inside(event)) return;
    element.setPointerCapture(event.pointerId);
    before = { time: clock.time, playing: clock.playing };
    clock.pause();
    clock.seek(secondsAt(event));
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) clock.seek(secondsAt(event));
    else if (event.pointerType === "mouse") clock.peek(inside(event) ? secondsAt(event) : null);
  });
  element.addEventListener("pointerleave", () => clock.peek(null));
  element.addEventListener("pointercancel", () => {
    if (!before) return;
    clock.seek(before.time);
    if (before.playing) clock.play();
    before = null;
  });
}
