// One minute through the studio, offered once to who has not been here before.

import { h, setText } from "../shared/dom.js";
import { PARTS, ring } from "../lessons/pointing.js";

const KEY = "rvq-motion-studio.tour";

const STOPS = [
  [
    "player",
    "The player",
    "The ghost is the recorded motion, the coloured body what comes back after quantization. Space plays and pauses; drag to look from another side.",
  ],
  [
    "tokens",
    "The tokens",
    "The motion as the model writes it: a row for each residual layer, a column for every few frames. Select cells to change, drop or shuffle them.",
  ],
  [
    "tokens",
    "The layers",
    "Switch layers off, take one alone, or keep the first few. Body, curves and errors follow at once.",
  ],
  [
    "trajectories",
    "The curves",
    "How single joints move, dashed as recorded, solid as decoded. One time cursor runs through everything.",
  ],
  [
    "readout",
    "The figures",
    "The mean joint error in millimetres with its alignment, and what the tokens cost in bits a second.",
  ],
  [
    "deck",
    "The laboratory",
    "Codebooks and what they carry, one latent taken apart, and the checkpoint doctor. Tabs open when you ask for them.",
  ],
];

/** Offer the tour, unless it was taken or declined in this browser before. */
export function offerTour(place, studio) {
  if (isOver()) return;
  const offer = h(
    "aside",
    { class: "tour-offer", "aria-label": "Offer of a tour" },
    h("p", {}, h("strong", {}, "New here?"), " See what is where."),
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
    runTour(place.closest("#studio"), studio);
  }
}

/** Lead through the studio, stop by stop. */
export function runTour(page, studio) {
  if (page.querySelector(".panel.tour")) return;
  let at = 0;
  let takeRingOff = () => {};
  const count = h("span", { class: "label" });
  const title = h("h2", { tabindex: "-1" });
  const text = h("p", {});
  const back = h("button", { type: "button", onclick: () => go(at - 1) }, "Back");
  const next = h("button", { type: "button", class: "primary", onclick: () => go(at + 1) }, "Next");
  const end = h("button", { type: "button", onclick: stop }, "End the tour");
  const card = h(
    "section",
    { class: "panel tour", role: "dialog", "aria-label": "Tour" },
    count,
    title,
    h("div", { "aria-live": "polite" }, text),
    h("div", { class: "step-row" }, back, next, end),
  );
  card.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
  page.append(card);
  go(0);

  function go(index) {
    if (index === STOPS.length) {
      stop();
      studio.showLessons();
      return;
    }
    at = index;
    const [part, name, words] = STOPS[at];
    setText(count, `${at + 1} of ${STOPS.length}`);
    setText(title, name);
    setText(text, words);
    setText(next, at + 1 === STOPS.length ? "To the lessons" : "Next");
    back.disabled = at === 0;
    takeRingOff();
    takeRingOff = ring(PARTS[part]);
    title.focus({ preventScroll: true });
  }

  function stop() {
    finish();
    takeRingOff();
    card.remove();
    page.querySelector("[data-opens=lessons]").focus({ preventScroll: true });
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
