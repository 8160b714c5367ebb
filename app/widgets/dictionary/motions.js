// A code's motion: the mean of where it occurs, and what it does alone; each a body that moves, and a sentence.

import { h, mm, setText } from "../shared/dom.js";
import { skeletonLoop, SPEED } from "./loop.js";

/**
 * @import { CodeEffect } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { Unpacked, View } from "../shared/types.js"
 */

export function codeMotions(/** @type {Studio} */ studio) {
  const average = skeletonLoop(studio, "Average motion around the code");
  const averageNote = h("p", { class: "note", "data-note": "average" });
  const effect = skeletonLoop(studio, "Motion decoded with the code, over the motion without it");
  const effectNote = h("p", { class: "note", "data-note": "effect" });

  function showAverage(/** @type {View<"entry">} */ entry) {
    const { average: mean, fps, ratio } = entry;
    average.show(mean && { joints: mean.joints, first: mean.first, own: ratio, fps });
    average.element.hidden = !mean && Boolean(entry.effect);
    setText(
      averageNote,
      mean
        ? `Mean of ${entry.occurrences} occurrence${entry.occurrences === 1 ? "" : "s"} in the original motion, ${mean.joints.shape[0]} frames at ${fps} fps, shown at ${SPEED}× speed, placed and turned to agree in the middle of the code's ${ratio} frames (marked). On average they lie ${mm(mean.spread_mm)} mm from this mean.`
        : waiting(entry, "It occurs in none of these clips, so there is no motion to average."),
    );
  }

  function showEffect(/** @type {View<"entry">} */ entry) {
    const { effect: made, fps, ratio } = entry;
    effect.show(
      made && {
        joints: made.with_code,
        ghost: made.without,
        distances: made.distances_mm,
        first: made.first,
        own: ratio,
        fps,
      },
    );
    setText(effectNote, made ? effectWords(entry, made) : waiting(entry, ""));
  }

  return {
    average: [average.element, averageNote],
    effect: [effect.element, effectNote],
    show(/** @type {View<"entry">} */ entry) {
      showAverage(entry);
      showEffect(entry);
    },
    play(/** @type {boolean} */ on) {
      average.play(on);
      effect.play(on);
    },
  };
}

const waiting = (/** @type {View<"entry">} */ entry, /** @type {string} */ otherwise) =>
  entry.effect ? otherwise : "The clips are being read.";

/** The code's effect in words, with what was compared, the alignment and the frame rate. */
function effectWords(
  /** @type {View<"entry">} */ { occurrences, ratio, fps },
  /** @type {Unpacked<CodeEffect>} */ effect,
) {
  const of =
    effect.decoded === 0
      ? "It does not occur here, so it is put into the mean latent in the place of its layer's mean"
      : `Decoded with it (solid) and with it dropped (pale), mean of ${effect.decoded}${effect.decoded < occurrences ? ` of its ${occurrences}` : ""} occurrence${effect.decoded === 1 ? "" : "s"}`;
  return `${of}: ${mm(effect.mean_mm)} mm over its ${ratio} frames, each body in its own place and heading (local), ${fps} fps, shown at ${SPEED}× speed. The path ends ${mm(effect.path_mm)} mm apart.`;
}
