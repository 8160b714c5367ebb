// Plots and token grid share one horizontal scale: a gutter on the left, a small pad on the right.

export const PAD_RIGHT = 14;
export const gutterOf = (element) =>
  parseFloat(getComputedStyle(element).getPropertyValue("--gutter")) || 112;

/** Map between seconds and pixels of an element, for the visible stretch of time. */
export function timeScale(element, range) {
  const left = gutterOf(element);
  const width = Math.max(1, element.clientWidth - left - PAD_RIGHT);
  const perSecond = width / Math.max(1e-6, range.to - range.from);
  return {
    left,
    width,
    perSecond,
    x: (seconds) => left + (seconds - range.from) * perSecond,
    seconds: (x) => range.from + (x - left) / perSecond,
  };
}

/** A plot along time: hover shows a moment, press and drag move to it. */
export function followPointer(element, studio, scaleOf) {
  const across = (event) => event.clientX - element.getBoundingClientRect().left;
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
 */
export function followMoments(element, clock, secondsAt, inside = () => true) {
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
