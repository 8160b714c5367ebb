// Where the window is narrow, a body that is out of sight is shown small and out of the way: folded to a button over
// the laboratory, and not at all over a lesson's text, nor over the flow, which has a body of its own.

import { each, h, setText } from "../shared/dom.js";

const ENOUGH = 0.4; // of the stage: with less of it in sight the body is lost
const FOOT = "-80% 0px 0px"; // of the window, where the small body stands

/** @import { Studio } from "../shared/store.js" */

/**
 * @param {Studio} studio
 * @param {HTMLElement} place where the body is at home
 * @param {HTMLElement} element what is shown small
 */
export function floatOnPhones(studio, place, element) {
  const narrow = matchMedia("(max-width: 900px)");
  let isLost = false;
  /** @type {boolean | null} */
  let wanted = null; // folded or not, as the visitor chose; until the body is in its place again
  /** @type {Set<Element>} */
  const below = new Set(); // what stands where the small body would
  const isOver = (/** @type {string} */ kind) => [...below].some((one) => one.matches(kind));
  const fold = h("button", { type: "button", class: "stage-fold", hidden: true, onclick: turn });
  element.append(fold);

  const isFolded = () => wanted ?? isOver(".lab");
  function turn() {
    wanted = !isFolded();
    show();
  }
  function show() {
    const isAfloat = isLost && narrow.matches && !isOver(".pipeline, .lessons");
    element.classList.toggle("afloat", isAfloat);
    element.classList.toggle("folded", isAfloat && isFolded());
    fold.hidden = !isAfloat;
    fold.ariaLabel = isFolded() ? "Show the body" : "Fold the body away";
    setText(fold, isFolded() ? "" : "×");
  }
  const see = (/** @type {IntersectionObserverEntry[]} */ entries) => {
    const { intersectionRatio: share, boundingClientRect: box } = entries[entries.length - 1];
    isLost = share < ENOUGH && box.top < 0; // what is still to come is not lost
    if (!isLost) wanted = null;
    show();
  };
  const pass = (/** @type {IntersectionObserverEntry[]} */ entries) => {
    for (const { target, isIntersecting } of entries) below[isIntersecting ? "add" : "delete"](target);
    show();
  };
  new IntersectionObserver(see, { threshold: [0, ENOUGH] }).observe(place);
  const foot = new IntersectionObserver(pass, { rootMargin: FOOT });
  for (const panel of each(document, "#studio :is(.pipeline, .lessons, .lab).panel")) foot.observe(panel);
  narrow.addEventListener("change", show);
  studio.on("clip", () => {
    if (isLost) wanted = false; // opened from the laboratory, to be seen
    show();
  });
}
