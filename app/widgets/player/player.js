// The player: a stage of bodies, or maps of channels where there are no joints, over one transport.

import { h, one, onResize } from "../shared/dom.js";
import { mountHero } from "../hero/hero.js";
import { floatOnPhones } from "./afloat.js";
import { mountBodies } from "./bodies.js";
import { mountMaps } from "./maps.js";
import { mountTransport } from "./transport.js";

/** @import { Studio } from "../shared/store.js" */

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const stages = { joints: mountBodies(studio), channels: mountMaps(studio) };
  const top = h("div", { class: "player-top" });
  const transport = h("div", { class: "transport" });
  const hero = h("div", { class: "hero" });
  const stage = h("div", { class: "stage-place" }, ...Object.values(stages).map(({ element }) => element));
  place.replaceChildren(top, stage, hero, transport);
  mountTransport(transport, studio);
  const { begin } = mountHero(hero, studio);
  floatOnPhones(studio, stage, stages.joints.element);
  fitHeight(place);
  requestAnimationFrame(begin);

  studio.on("clip", ({ parts }) => {
    for (const [name, { element }] of Object.entries(stages)) element.hidden = name !== parts;
    top.replaceChildren(...stages[parts].tools);
  });
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
