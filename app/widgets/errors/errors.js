// Error joint by joint or channel by channel, and how it falls with every layer that is kept.

import { mountChannelErrors } from "./channels.js";
import { mountJointErrors } from "./joints.js";
import { mountLadder } from "./ladder.js";

/** @import { Studio } from "../shared/store.js" */

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const byPart = { joints: mountJointErrors(studio), channels: mountChannelErrors(studio) };
  place.append(...Object.values(byPart), mountLadder(studio));
  studio.on("clip", ({ parts }) => {
    for (const [name, element] of Object.entries(byPart)) element.hidden = name !== parts;
  });
}
