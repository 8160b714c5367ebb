// The body as the first 1, 2, … layers make it, decoded once by the server and then shown by the page alone. One part
// of the page at a time shows it.

/** @import { Studio } from "./store.js" */

/** @type {{ lose: () => void } | null} */
let holder = null;

/**
 * @param {Studio} studio
 * @param {() => void} lost another part shows it from now on
 */
export function builder(studio, lost) {
  let turn = 0;
  const self = {
    lose() {
      turn++;
      lost();
    },
  };

  /** Show the first `count` layers, once the server has decoded them; of a clip that has no such bodies, nothing. */
  async function show(/** @type {number} */ count) {
    if (holder !== self) {
      if (holder) holder.lose();
      else studio.command("show_panel", { panel: "sweep" });
      holder = self;
    }
    const mine = ++turn;
    await studio.outbox.settled();
    const joints = studio.views.sweep?.bodies[count - 1];
    if (mine !== turn || joints?.shape[0] !== studio.views.clip.frames) return;
    studio.setPreview({ joints, count });
  }

  /** Give the body back to what is really switched on. */
  function end() {
    turn++;
    if (holder !== self) return;
    holder = null;
    studio.command("show_panel", { panel: "sweep", shown: false });
    studio.setPreview(null);
  }

  return { show, end };
}
