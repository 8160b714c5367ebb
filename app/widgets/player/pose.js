// A pose between two frames of a motion.

/**
 * @import { NumberArray } from "../shared/types.js"
 *
 * @typedef {number[]} Point x, y and z in metres
 * @typedef {Point[]} Pose a point for every joint
 */

/**
 * The pose at a position in frames.
 *
 * @param {NumberArray} motion (frames, joints, 3)
 * @param {number} position
 * @returns {Pose}
 */
export function poseAt({ shape: [frames, joints], values }, position) {
  const frame = Math.max(0, Math.min(frames - 1, Math.floor(position)));
  const next = Math.min(frames - 1, frame + 1);
  const t = Math.min(1, Math.max(0, position - frame));
  return Array.from({ length: joints }, (_, joint) => {
    const [a, b] = [(frame * joints + joint) * 3, (next * joints + joint) * 3];
    return [0, 1, 2].map((axis) => values[a + axis] + (values[b + axis] - values[a + axis]) * t);
  });
}
