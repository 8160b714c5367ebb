// The player: a stage of bodies, or maps of channels where there are no joints, over one transport.

import { each, h, one, onResize } from "../shared/dom.js";
import { mountHero } from "../hero/hero.js";
import { mountBodies } from "./bodies.js";
import { mountMaps } from "./maps.js";
import { mountTransport } from "./transport.js";

/** @import { Studio } from "../shared/store.js" */

const ENOUGH = 0.4; // of the stage: with less of it in sight the body is lost
const FOOT = "-80% 0px 0px"; // of the window, where the small body stands

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const stages = { joints: mountBodies(studio), channels: mountMaps(studio) };
  const top = h("div", { class: "player-top" });
  const transport = h("div", { class: "transport" });
  const hero = h("div", { class: "hero" });
  const stage = h("div", { class: "stage-place" }, ...Object.values(stages).map(({ element }) => element));
  place.replaceChildren(top, stage, hero, transport);
  mountTransport(transport, studio);
  const { begin } = mountHero(hero, studio);
  floatOnPhones(stage, stages.joints.element);
  fitHeight(place);
  requestAnimationFrame(begin);

  studio.on("clip", ({ parts }) => {
    for (const [name, { element }] of Object.entries(stages)) element.hidden = name !== parts;
    top.replaceChildren(...stages[parts].tools);
  });
}

/**
 * Where the window is narrow, a body that is out of sight is shown small and out of the way; not over a lesson's
 * text, nor over the flow, which has a body of its own.
 */
function floatOnPhones(/** @type {HTMLElement} */ place, /** @type {HTMLElement} */ element) {
  const narrow = matchMedia("(max-width: 900px)");
  let isLost = false;
  /** @type {Set<Element>} */
  const texts = new Set(); // that stand where the small body would
  const show = () => element.classList.toggle("afloat", isLost && !texts.size && narrow.matches);
  const see = (/** @type {IntersectionObserverEntry[]} */ entries) => {
    isLost = (entries.at(-1)?.intersectionRatio ?? 1) < ENOUGH;
    show();
  };
  const below = (/** @type {IntersectionObserverEntry[]} */ entries) => {
    for (const { target, isIntersecting } of entries) texts[isIntersecting ? "add" : "delete"](target);
    show();
  };
  new IntersectionObserver(see, { threshold: [0, ENOUGH] }).observe(place);
  const foot = new IntersectionObserver(below, { rootMargin: FOOT });
  for (const text of each(document, "#studio :is(.panel.pipeline, .panel.lessons)")) foot.observe(text);
  narrow.addEventListener("change", show);
}

/** As high as the window leaves below what stands above it. */
function fitHeight(/** @type {HTMLElement} */ place) {
  const bench = one(document, "#studio .workbench");
  const fit = () => {
    const above = bench.getBoundingClientRect().top + scrollY;
    if (above > 0) place.style.setProperty("--above", `${Math.round(above) + 12}px`);
  };
  for (const selector of [".header", ".readout"]) onResize(one(document, `#studio ${selector}`), fit);
}
