// Which widget fills which place of the shell: `data-widget="player"` is player/player.js.

import { mount as edits } from "./edits/edits.js";
import { mount as errors } from "./errors/errors.js";
import { mount as header } from "./header/header.js";
import { mount as lab } from "./lab/lab.js";
import { mount as layers } from "./layers/layers.js";
import { mount as lessons } from "./lessons/lessons.js";
import { mount as path } from "./path/path.js";
import { mount as pipeline } from "./pipeline/pipeline.js";
import { mount as player } from "./player/player.js";
import { mount as readout } from "./readout/readout.js";
import { mount as tokens } from "./tokens/tokens.js";
import { mount as trajectories } from "./trajectories/trajectories.js";
import { mount as zoom } from "./window/window.js";

/** @import { Studio } from "./shared/store.js" */

/** @type {Record<string, (place: HTMLElement, studio: Studio) => void>} */
const WIDGETS = {
  edits,
  errors,
  header,
  lab,
  layers,
  lessons,
  path,
  pipeline,
  player,
  readout,
  tokens,
  trajectories,
  window: zoom,
};

/**
 * Give every place its widget, in the order in which they stand.
 *
 * @param {HTMLElement} root
 * @param {Studio} studio
 */
export function fillPlaces(root, studio) {
  for (const place of root.querySelectorAll("[data-widget]")) {
    if (place instanceof HTMLElement) WIDGETS[place.dataset.widget ?? ""](place, studio);
  }
}
