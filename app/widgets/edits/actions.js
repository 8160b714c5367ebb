// What can be done to the selected tokens, for buttons and keys alike.

/** @import { Studio } from "../shared/store.js" */

const seed = () => Math.floor(Math.random() * 2 ** 31);

export function makeActions(/** @type {Studio} */ studio) {
  const selected = () => studio.selection.region;
  const onRegion = (/** @type {string} */ name, values = {}) => {
    if (selected()) studio.command(name, { region: selected(), repair: studio.repair, ...values });
  };

  return {
    setCode: (/** @type {number} */ code) => onRegion("set_code", { code }),
    step: (/** @type {number} */ by) => {
      if (studio.selection.isSingle) onRegion("step_code", { by });
    },
    restore: () => onRegion("restore"),
    drop: () => onRegion("drop"),
    random: () => onRegion("fill_random", { seed: seed() }),
    shuffle: () => onRegion("shuffle", { seed: seed() }),
    copy: () => {
      const region = selected();
      if (!region) return;
      const [layer0, layer1, step0, step1] = region;
      const { codes } = studio.views.tokens;
      /** @type {number[][]} */
      const rows = [];
      for (let layer = layer0; layer <= layer1; layer++) {
        rows.push(
          Array.from(
            codes.values.subarray(
              layer * codes.shape[1] + step0,
              layer * codes.shape[1] + step1 + 1,
            ),
          ),
        );
      }
      studio.setClipboard({ codes: rows, from: studio.views.clip.title });
    },
    paste: () => {
      const region = selected();
      if (!region || !studio.clipboard) return;
      const [layer, , step] = region;
      studio.command("paste", {
        layer,
        step,
        codes: studio.clipboard.codes,
        repair: studio.repair,
      });
    },
    borrow: (/** @type {string} */ clip) => {
      const region = selected();
      if (region)
        studio.command("borrow", {
          first_layer: region[0],
          last_layer: region[1],
          clip,
          repair: studio.repair,
        });
    },
    undo: () => studio.command("undo"),
    redo: () => studio.command("redo"),
    reset: () => studio.command("reset"),
  };
}
