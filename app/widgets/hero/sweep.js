// The first 1, 2, … layers, shown one after the other until somebody takes them in hand. It is no step of undo.

import { builder } from "../shared/building.js";
import { isStill } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

const TURN = 1_500; // milliseconds that each number of layers is shown
const LAST = 3_000; // and all of them

export function mountSweep(/** @type {Studio} */ studio) {
  let timer = 0;
  let count = 0;
  let running = false;
  const building = builder(studio, halt);

  function halt() {
    running = false;
    clearTimeout(timer);
  }

  async function turn() {
    clearTimeout(timer);
    if (!running) return;
    const layers = studio.views.tokens.layers.length;
    if (studio.clock.playing) {
      count = (count % layers) + 1;
      await building.show(count);
    }
    if (running) timer = Number(setTimeout(turn, count === layers ? LAST : TURN));
  }

  function begin() {
    const untouched = !studio.views.edits?.can_undo && studio.views.tokens?.layers.every(Boolean);
    if (running || isStill() || !untouched || studio.views.clip?.parts !== "joints") return;
    running = true;
    count = 0;
    void turn();
  }

  function stop() {
    if (!running) return;
    halt();
    building.end();
  }

  studio.on("edits", ({ can_undo: touched }) => {
    if (touched) stop();
  });
  return { begin, stop };
}
