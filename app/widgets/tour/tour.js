// One minute in three acts, offered once to who has not been here before: the page does it, then the visitor.

import { h, isStill, one, setText } from "../shared/dom.js";
import { ACTS } from "./acts.js";

/** @import { Studio } from "../shared/store.js" */

const KEY = "rvq-motion-studio.tour";

/** Bring a part into sight and frame it; returns what takes the frame off. */
function frame(/** @type {string} */ selector, /** @type {HTMLElement} */ card) {
  const target = one(document, `#studio ${selector}`);
  const { top, bottom } = target.getBoundingClientRect();
  const hidden = card.getBoundingClientRect();
  const covered = hidden.top > innerHeight / 2 ? innerHeight - hidden.top : 0; // where the card stands at the foot
  if (top < 0 || bottom > innerHeight - covered)
    scrollTo({ top: scrollY + top - (innerHeight - covered) / 3, behavior: isStill() ? "auto" : "smooth" });
  target.classList.add("ringed");
  return () => target.classList.remove("ringed");
}

/** Offer the tour, unless it was taken or declined in this browser before. */
export function offerTour(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  if (isOver()) return;
  const offer = h(
    "aside",
    { class: "tour-offer", "aria-label": "Offer of a tour" },
    h("p", {}, h("strong", {}, "New here?"), " Drop a layer, scramble tokens, repair them."),
    h(
      "div",
      { class: "step-row" },
      h("button", { type: "button", class: "primary", onclick: start }, "One-minute tour"),
      h("button", { type: "button", onclick: decline }, "No, thanks"),
    ),
  );
  place.append(offer);

  function decline() {
    finish();
    offer.remove();
  }

  function start() {
    offer.remove();
    runTour(one(document, "#studio"), studio);
  }
}

const actOf = (/** @type {number} */ index) => ACTS[Math.floor(index / 2)];
const isVisitors = (/** @type {number} */ index) => index % 2 === 1;

/** Lead through the acts; what the visitor had switched on before is on again at the end. */
export function runTour(/** @type {HTMLElement} */ page, /** @type {Studio} */ studio) {
  if (page.querySelector(".tour")) return;
  const before = { view: studio.pageView, layers: studio.views.tokens.layers };
  studio.setPageView("simple");
  let at = 0; // two for each act: the page's turn, then the visitor's
  let isOpen = true;
  let takeRingOff = () => {};
  const count = h("span", { class: "label" });
  const title = h("h2", { tabindex: "-1" });
  const text = h("p", {});
  const done = h("strong", { class: "tour-done", hidden: true }, "Done.");
  const back = h("button", { type: "button", onclick: () => go(at - 1) }, "Back");
  const next = h("button", { type: "button", class: "primary", onclick: () => go(at + 1) });
  const end = h("button", { type: "button", onclick: stop }, "End the tour");
  const card = h(
    "section",
    { class: "tour", role: "dialog", "aria-label": "Tour" },
    h("div", {}, count, title),
    h("div", { class: "tour-text", "aria-live": "polite" }, text, done),
    h("div", { class: "step-row" }, back, next, end),
  );
  card.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
  one(page, ".header").append(card);
  for (const view of /** @type {const} */ (["tokens", "edits"])) studio.on(view, showDone);
  go(0);

  function go(/** @type {number} */ index) {
    if (index === 2 * ACTS.length) {
      stop();
      studio.showLessons();
      return;
    }
    at = index;
    const act = actOf(at);
    if (isVisitors(at)) act.takesBack(studio);
    else act.does(studio);
    if (!isStill()) studio.clock.play();
    setText(count, `Act ${Math.floor(at / 2) + 1} of ${ACTS.length}: ${isVisitors(at) ? "you" : "watch"}`);
    setText(title, act.title);
    setText(text, isVisitors(at) ? act.asks : act.shown(studio));
    const isLast = at + 1 === 2 * ACTS.length;
    setText(next, isLast ? "To the lessons" : isVisitors(at) ? "Next act" : "Now you");
    back.disabled = at === 0;
    done.hidden = true;
    takeRingOff();
    takeRingOff = frame(isVisitors(at) ? act.rings : ".panel.tokens", card);
    title.focus({ preventScroll: true });
  }

  /** Tick the visitor's turn, once what the page took back is back. */
  async function showDone() {
    if (!isOpen || !isVisitors(at)) return;
    const turn = at;
    await studio.outbox.settled();
    if (turn === at) done.hidden = !actOf(at).isDone(studio);
  }

  function stop() {
    isOpen = false;
    finish();
    takeRingOff();
    card.remove();
    studio.command("set_layers", { layers: before.layers });
    studio.setPageView(before.view);
    scrollTo({ top: 0 });
    one(page, "[data-opens=lessons]").focus({ preventScroll: true });
  }
}

function isOver() {
  try {
    return localStorage.getItem(KEY) === "over";
  } catch {
    return false;
  }
}

function finish() {
  try {
    localStorage.setItem(KEY, "over");
  } catch {
    // A browser that keeps nothing will offer it again.
  }
}
