// What the stage shows: a clip, its decoding, and the joints that stand for it now.

/**
 * @import { JointsReconstruction } from "../shared/payloads"
 * @import { JointsClip, NumberArray, Unpacked } from "../shared/types.js"
 *
 * @typedef {{ clip: JointsClip, made: Unpacked<JointsReconstruction>, joints: NumberArray }} Shown
 */

/**
 * The error of every joint at a frame, mm: as the server measured it, or root-aligned for a body shown by itself.
 *
 * @param {Shown} shown
 * @param {number} frame
 * @returns {(joint: number) => number}
 */
export function errorsAt({ clip, made, joints }, frame) {
  const count = joints.shape[1];
  if (joints === made.joints) return (joint) => made.errors.values[frame * count + joint];
  const [a, b] = [joints.values, clip.joints.values];
  const root = frame * count * 3;
  return (joint) => {
    const at = root + joint * 3;
    const apart = [0, 1, 2].map((axis) => a[at + axis] - a[root + axis] - b[at + axis] + b[root + axis]);
    return 1000 * Math.hypot(...apart);
  };
}
