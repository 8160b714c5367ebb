// What can be done to the selected tokens, for buttons and keys alike.

const seed = () => Math.floor(Math.random() * 2 ** 31);

export function makeActions(studio) {
  const selected = () => studio.selection.region;
  const onRegion = (name, values = {}) => {
    if (selected()) studio.command(name, { region: selected(), repair: studio.repair, ...values });
  };

  return {
    setCode: (code) => onRegion("set_code", { code }),
    step: (by) => {
      if (studio.selection.isSingle) onRegion("step_code", { by });
    },
    restore: () => onRegion("restore"),
    drop: () => onRegion("drop"),
    random: () => onRegion("fill_random", { seed: seed() }),
    shuffle: () => onRegion("shuffle", { seed: seed() }),
    copy: () => {
      if (!selected()) return;
      const [layer0, layer1, step0, step1] = selected();
      const { codes } = studio.views.tokens;
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
      if (!selected() || !studio.clipboard) return;
      const [layer, , step] = selected();
      studio.command("paste", {
        layer,
        step,
        codes: studio.clipboard.codes,
        repair: studio.repair,
      });
    },
    borrow: (clip) => {
      if (selected())
        studio.command("borrow", {
          first_layer: selected()[0],
          last_layer: selected()[1],
          clip,
          repair: studio.repair,
        });
    },
    undo: () => studio.command("undo"),
    redo: () => studio.command("redo"),
    reset: () => studio.command("reset"),
  };
}
