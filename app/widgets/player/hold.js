// Where a decoded body stands: held with its pelvis on the original's, or where it drifted to; and how the camera
// keeps both in the picture.

/**
 * @import { NumberArray } from "../shared/types.js"
 * @import { OrbitCamera } from "./camera.js"
 * @import { Pose } from "./pose.js"
 */

const FOLLOW = 0.8; // seconds over which the camera smooths the body's path
const REACH = 1.15; // metres from the pelvis that fit the picture at zoom 1
const FURTHEST = 8; // metres apart at which both bodies are still shown as one picture
const SMALLEST = 0.28; // of the usual size; smaller, a body that bursts would leave nothing to see
const LEASH = 0.5; // metres that the gliding camera may look away from the pelvis
const USUAL = 0.9; // share of the frames whose bodies must fit
const LOOKED_AT = 1000; // frames of a long motion, evenly spaced, that say how far its bodies reach

/**
 * Where the pelvis is at a frame, averaged over FOLLOW seconds, so that the camera glides.
 *
 * @param {NumberArray} joints
 * @param {number} fps
 * @param {number} frame
 */
export function glidingPelvis({ shape: [frames, count], values }, fps, frame) {
  const reach = Math.round((FOLLOW * fps) / 2);
  const [from, to] = [Math.max(0, frame - reach), Math.min(frames - 1, frame + reach)];
  let [x, y, z] = [0, 0, 0];
  for (let i = from; i <= to; i++) {
    x += values[i * count * 3];
    y += values[i * count * 3 + 1];
    z += values[i * count * 3 + 2];
  }
  const summed = to - from + 1;
  return [x / summed, 0.45 + 0.5 * (y / summed), z / summed];
}

/**
 * The pose moved so that its pelvis is where another's is.
 *
 * @param {Pose} pose
 * @param {Pose} on
 * @returns {Pose}
 */
export function heldOn(pose, on) {
  const moved = pose[0].map((value, axis) => on[0][axis] - value);
  return pose.map((point) => point.map((value, axis) => value + moved[axis]));
}

/**
 * Where the camera looks at a body: gliding, but never far from where the body is.
 *
 * @param {number[]} glides
 * @param {NumberArray} joints
 * @param {number} frame
 */
export function onLeash(glides, { shape, values }, frame) {
  const pelvis = Array.from(values.subarray(frame * shape[1] * 3, frame * shape[1] * 3 + 3));
  const apart = glides.map((value, axis) => value - pelvis[axis]);
  const share = Math.min(1, LEASH / (Math.hypot(...apart) || 1));
  return pelvis.map((value, axis) => value + share * apart[axis]);
}

/**
 * How far one pelvis is from another on the floor, metres.
 *
 * @param {NumberArray} a
 * @param {NumberArray} b
 * @param {number} frame
 */
export function metresApart(a, b, frame) {
  const at = frame * a.shape[1] * 3;
  return Math.hypot(a.values[at] - b.values[at], a.values[at + 2] - b.values[at + 2]);
}

/** Metres in words: "0.12 m", "63.9 m". */
export const metres = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : 1)} m`;

/**
 * How much smaller a motion must be drawn for its bodies to fit the picture, 1 or less.
 *
 * @param {NumberArray} joints
 */
export function fitOf({ shape: [frames, count], values }) {
  const every = Math.ceil(frames / LOOKED_AT);
  const squares = new Float32Array(Math.ceil(frames / every)); // of how far these frames' joints reach
  for (let order = 0; order < squares.length; order++) {
    const at = order * every * count * 3;
    const [x, y, z] = [values[at], values[at + 1], values[at + 2]];
    let most = 0;
    for (let one = at + 3; one < at + count * 3; one += 3) {
      const apart =
        (values[one] - x) ** 2 + (values[one + 1] - y) ** 2 + (values[one + 2] - z) ** 2;
      if (apart > most) most = apart;
    }
    squares[order] = most;
  }
  const usual = Math.sqrt(squares.sort()[Math.floor(squares.length * USUAL)]);
  return Math.max(SMALLEST, Math.min(1, REACH / usual));
}

/**
 * Point the camera at one place, or between two that are not too far apart for one picture.
 *
 * @param {OrbitCamera} camera
 * @param {number[]} first what counts where both do not fit
 * @param {number[]} second
 * @param {number} fit
 */
export function lookAtBoth(camera, first, second, fit) {
  const apart = Math.hypot(first[0] - second[0], first[2] - second[2]);
  const together = apart <= FURTHEST;
  camera.target = together ? first.map((value, axis) => (value + second[axis]) / 2) : first;
  camera.fit = together ? Math.min(fit, 2 / (2 + apart)) : fit;
}
