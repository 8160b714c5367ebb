// The player: a stage of bodies, or maps of channels where there are no joints, over one transport.

import { h } from "../shared/dom.js";
import { mountBodies } from "./bodies.js";
import { mountMaps } from "./maps.js";
import { mountTransport } from "./transport.js";

export function mountPlayer(place, studio) {
  const stages = { joints: mountBodies(studio), channels: mountMaps(studio) };
  const top = h("div", { class: "player-top" });
  const transport = h("div", { class: "transport" });
  place.append(top, ...Object.values(stages).map(({ element }) => element), transport);
  mountTransport(transport, studio);

  studio.on("clip", ({ parts }) => {
    for (const [name, { element }] of Object.entries(stages)) element.hidden = name !== parts;
    top.replaceChildren(...stages[parts].tools);
  });
}
