// A mannequin around HumanML3D's 22 joints.

import { along, cross, sub, unit } from "./vectors.js";

/**
 * @import { Ball, Part } from "./body.js"
 * @import { Point, Pose } from "./pose.js"
 */

// Joints of the left side come right before those of the right one.
const PELVIS = 0;
const HIP = 1;
const SPINE1 = 3;
const KNEE = 4;
const SPINE2 = 6;
const ANKLE = 7;
const SPINE3 = 9;
const FOOT = 10;
const NECK = 12;
const COLLAR = 13;
const HEAD = 15;
const SHOULDER = 16;
const ELBOW = 18;
const WRIST = 20;

// [balls: (joint, radius in metres)…], joints whose error colours the part.
/** @type {[balls: [joint: number, radius: number][], joints: number[]][]} */
const TRUNK = [
  [[[HIP, 0.085], [HIP + 1, 0.085], [PELVIS, 0.1], [SPINE1, 0.092]], [PELVIS, HIP, HIP + 1]],
  [[[SPINE1, 0.092], [SPINE2, 0.1], [SPINE3, 0.1]], [SPINE1, SPINE2]],
  [
    [[SPINE2, 0.1], [SPINE3, 0.112], [SHOULDER, 0.058], [SHOULDER + 1, 0.058], [NECK, 0.05]],
    [SPINE3, COLLAR, COLLAR + 1],
  ],
  [[[NECK, 0.046], [HEAD, 0.05]], [NECK]],
];
// [joint, radius, joint, radius] of the left side.
const LIMBS = [
  [HIP, 0.082, KNEE, 0.056],
  [KNEE, 0.055, ANKLE, 0.037],
  [SHOULDER, 0.05, ELBOW, 0.038],
  [ELBOW, 0.038, WRIST, 0.026],
];
const SKULL = 0.098;

export const WRISTS = [WRIST, WRIST + 1];

/** @type {[joint: number, radius: number, strength: number][]} */
export const SHADOWS = [
  [PELVIS, 0.3, 0.2],
  [SPINE3, 0.26, 0.14],
  ...[KNEE, KNEE + 1].map((joint) => /** @type {[number, number, number]} */ ([joint, 0.16, 0.12])),
  ...[FOOT, FOOT + 1].map((joint) => /** @type {[number, number, number]} */ ([joint, 0.13, 0.3])),
  ...[ANKLE, ANKLE + 1].map((joint) => /** @type {[number, number, number]} */ ([joint, 0.12, 0.22])),
  ...WRISTS.map((joint) => /** @type {[number, number, number]} */ ([joint, 0.1, 0.14])),
];

/** @type {(pose: Pose, ankle: number, ball: number) => Ball[]} */
function foot(pose, ankle, ball) {
  const direction = unit(sub(pose[ball], pose[ankle]));
  const flat = unit([direction[0], direction[1] * 0.15, direction[2]]);
  return [
    [pose[ankle], 0.036],
    [pose[ball], 0.033],
    [along(pose[ball], flat, 0.06), 0.024],
  ];
}

/** @type {(pose: Pose, elbow: number, wrist: number) => Ball[]} */
function hand(pose, elbow, wrist) {
  const direction = unit(sub(pose[wrist], pose[elbow]));
  return [
    [along(pose[wrist], direction, 0.02), 0.031],
    [along(pose[wrist], direction, 0.095), 0.025],
  ];
}

/** Skull, nose and the badge on the chest, which tell front from back. @type {(pose: Pose) => Part[]} */
function faceAndChest(pose) {
  const across = sub(pose[SHOULDER], pose[SHOULDER + 1]);
  const front = unit(cross(across, sub(pose[NECK], pose[SPINE1])));
  const crown = unit(sub(pose[HEAD], pose[NECK]));
  const skull = along(along(pose[HEAD], crown, 0.065), front, 0.012);
  const chest = along(pose[SPINE3], front, 0.112);
  return [
    { balls: [[skull, SKULL], [along(skull, crown, 0.045), SKULL * 0.9]], joints: [HEAD], side: "", kind: "head" },
    { balls: [[along(skull, front, 0.095), 0.026]], joints: [HEAD], side: "", kind: "nose", normal: front },
    {
      balls: [[along(chest, crown, 0.045), 0.03], [chest, 0.016]],
      joints: [SPINE3],
      side: "",
      kind: "badge",
      normal: front,
    },
  ];
}

/**
 * A pose whose first 22 points are the joints, as parts.
 *
 * @param {Pose} pose
 * @param {boolean} withHands false where fingers are drawn
 * @returns {Part[]}
 */
export function mannequin(pose, withHands) {
  /** @type {Part[]} */
  const parts = TRUNK.map(([balls, joints]) => ({
    balls: balls.map(([joint, radius]) => [pose[joint], radius]),
    joints,
    side: "",
    kind: "limb",
  }));
  for (const [right, side] of ["left", "right"].entries()) {
    for (const [a, thick, b, thin] of LIMBS)
      parts.push({
        balls: [[pose[a + right], thick], [pose[b + right], thin]],
        joints: [a + right, b + right],
        side,
        kind: "limb",
      });
    const [ankle, ball, elbow, wrist] = [ANKLE, FOOT, ELBOW, WRIST].map((joint) => joint + right);
    parts.push({ balls: foot(pose, ankle, ball), joints: [ankle, ball], side, kind: "limb" });
    if (withHands)
      parts.push({ balls: hand(pose, elbow, wrist), joints: [wrist], side, kind: "hand", letter: "LR"[right] });
  }
  return [...parts, ...faceAndChest(pose)];
}
