// What is drawn of a body: each part is the hull of a few balls, painted back to front. HumanML3D's 22 joints are
// a mannequin; other bodies have a capsule for every bone, the thicker the longer, a trunk and a head. Fingers are
// capsules in both.

import { mannequin, SHADOWS, WRISTS } from "./mannequin.js";
import { poseAt } from "./pose.js";
import { along, sub, unit } from "./vectors.js";

/**
 * @import { JointsClip } from "../shared/types.js"
 * @import { Point, Pose } from "./pose.js"
 */

/**
 * @typedef {[centre: Point, radius: number]} Ball
 * @typedef {object} Part
 * @property {Ball[]} balls
 * @property {number[]} joints whose error colours it
 * @property {string} side left, right or ""
 * @property {string} kind limb, hand, head, nose or badge
 * @property {string} [letter]
 * @property {Point} [normal] of what lies on the surface, and is hidden when that is turned away
 *
 * @typedef {object} Body
 * @property {(pose: Pose) => Part[]} parts
 * @property {[joint: number, radius: number, strength: number][]} shadows on the floor, metres
 */

const HEAD = 0.098; // metres
const SHOULDERS = 0.36; // metres between the shoulders of a grown body, which has a head of that size
const [SLENDER, THINNEST, THICKEST] = [0.16, 0.006, 0.06]; // a bone's radius: share of its length, metres
const PALM = 0.014; // metres

/** @type {(low: number, value: number, high: number) => number} */
const within = (low, value, high) => Math.max(low, Math.min(high, value));

const sideOf = (/** @type {string} */ name) => /^(left|right)_/.exec(name)?.[1] ?? "";

/**
 * The body of a clip's skeleton. Bones are as thick as the clip's first frame says.
 *
 * @param {Pick<JointsClip, "joint_names" | "skeleton" | "joints">} clip
 * @returns {Body}
 */
export function bodyOf({ joint_names: names, skeleton, joints }) {
  const first = poseAt(joints, 0);
  const sides = names.map(sideOf);
  const { parents, facing, limbs } = skeleton;
  const length = (/** @type {number} */ a, /** @type {number} */ b) => Math.hypot(...sub(first[a], first[b]));
  const size = facing ? within(0.3, length(facing[2], facing[3]) / SHOULDERS, 1.2) : 1;
  const radii = parents.map((parent, joint) =>
    parent < 0 ? 0 : within(THINNEST, SLENDER * length(parent, joint), THICKEST),
  );
  /** @type {(pose: Pose, joint: number) => Part} */
  const bone = (pose, joint) => ({
    balls: [
      [pose[parents[joint]], radii[joint]],
      [pose[joint], radii[joint]],
    ],
    joints: [joint],
    side: sides[joint],
    kind: "limb",
    ...(names[joint].endsWith("_wrist") && { letter: sides[joint][0].toUpperCase() }),
  });

  if (skeleton.mannequin) {
    const fingers = limbs.filter(({ title }) => title.endsWith("hand")).flatMap((hand) => hand.joints);
    const palms = fingers.length
      ? WRISTS.map((wrist) => [wrist, ...fingers.filter((joint) => parents[joint] === wrist)]).filter(
          (palm) => palm.length > 1,
        )
      : [];
    return {
      shadows: SHADOWS,
      parts: (pose) => [
        ...mannequin(pose, !fingers.length),
        ...palms.map((palm) => palmPart(pose, palm, sides[palm[0]])),
        ...fingers.map((joint) => bone(pose, joint)),
      ],
    };
  }
  const head = names.indexOf("head");
  const bones = parents.flatMap((parent, joint) => (parent < 0 ? [] : [joint]));
  return {
    shadows: [[0, 0.3, 0.2], ...bones.map((joint) => /** @type {[number, number, number]} */ ([joint, 0.14, 0.08]))],
    parts: (pose) => [
      ...bones.map((joint) => bone(pose, joint)),
      ...(facing ? [trunk(pose, facing, 0.2 * size * SHOULDERS)] : []),
      ...(head > 0 ? [ballHead(pose, head, parents[head], HEAD * size)] : []),
    ],
  };
}

/** @type {(pose: Pose, palm: number[], side: string) => Part} */
const palmPart = (pose, palm, side) => ({
  balls: palm.map((joint) => [pose[joint], PALM]),
  joints: palm,
  side,
  kind: "hand",
  letter: side[0].toUpperCase(),
});

/** @type {(pose: Pose, facing: number[], radius: number) => Part} */
const trunk = (pose, facing, radius) => ({
  balls: facing.map((joint) => [pose[joint], radius]),
  joints: facing,
  side: "",
  kind: "limb",
});

/** @type {(pose: Pose, head: number, neck: number, radius: number) => Part} */
const ballHead = (pose, head, neck, radius) => ({
  balls: [[along(pose[head], unit(sub(pose[head], pose[neck])), 0.6 * radius), radius]],
  joints: [head],
  side: "",
  kind: "head",
});
