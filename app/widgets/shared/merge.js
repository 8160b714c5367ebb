// A motion arrives whole, or as the frames in which it differs from one that is shown; this makes it whole.

/**
 * @import { Clip, JointsClip, NumberArray, Views } from "./types.js"
 * @typedef {{ turn: number, from: number[], to: number[] }} Tail how the body stands elsewhere behind a patch
 * @typedef {{ frames: number[], joints: NumberArray, tail: Tail | null }} JointsPatch
 * @typedef {{ frames: number[], channels: NumberArray }} ChannelsPatch
 * @typedef {JointsPatch & { error_frames: number[], errors: NumberArray, alignment: string }} ErrorsPatch
 */

/** How many numbers one frame of an array has. */
const perFrame = (/** @type {NumberArray} */ { shape }) =>
  shape.slice(1).reduce((product, size) => product * size, 1);

/**
 * Turn the body about its old pelvis and move it, from a frame on. Matches tail_motion in
 * app/stage/bodies/patch.py.
 *
 * @param {NumberArray} joints
 * @param {number} first
 * @param {Tail} tail
 */
function moveTail(joints, first, { turn, from, to }) {
  const { values } = joints;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [fromX, fromZ] = from;
  const [toX, toZ] = to;
  for (let at = first * perFrame(joints); at < values.length; at += 3) {
    const x = values[at] - fromX;
    const z = values[at + 2] - fromZ;
    values[at] = toX + x * cos + z * sin;
    values[at + 2] = toZ - x * sin + z * cos;
  }
}

/**
 * Errors in mm of the frames from `first` on, where poses are known but for the local alignment.
 *
 * @param {NumberArray} errors
 * @param {number} first
 * @param {NumberArray} joints
 * @param {NumberArray} original
 * @param {string} alignment
 */
function tailErrors(errors, first, joints, original, alignment) {
  if (alignment === "local") return;
  const [made, meant] = [joints.values, original.values];
  const size = perFrame(joints);
  let at = first * size;
  let out = at / 3;
  while (at < made.length) {
    // Each axis by itself: a long clip has hundreds of thousands of joints.
    const [rootX, rootY, rootZ] =
      alignment === "root"
        ? [made[at] - meant[at], made[at + 1] - meant[at + 1], made[at + 2] - meant[at + 2]]
        : [0, 0, 0];
    for (const stop = at + size; at < stop; at += 3) {
      const x = made[at] - meant[at] - rootX;
      const y = made[at + 1] - meant[at + 1] - rootY;
      const z = made[at + 2] - meant[at + 2] - rootZ;
      errors.values[out++] = 1000 * Math.sqrt(x * x + y * y + z * z);
    }
  }
}

/**
 * What was shown, with the frames that came written over it.
 *
 * @param {NumberArray} came
 * @param {number[]} frames
 * @param {NumberArray | undefined} shown
 * @param {Clip} clip
 */
function whole(came, [first, stop], shown, clip) {
  if (!shown || (first === 0 && stop === clip.frames)) return came;
  const values = shown.values.slice();
  values.set(came.values, first * perFrame(shown));
  return { shape: shown.shape, values };
}

/**
 * All joints of a motion that has come as a patch of another, or whole.
 *
 * @param {JointsPatch} came
 * @param {NumberArray | undefined} shown
 * @param {Clip} clip
 */
function wholeJoints({ frames, joints, tail }, shown, clip) {
  const made = whole(joints, frames, shown, clip);
  if (tail && made !== joints) moveTail(made, frames[1], tail);
  return made;
}

/**
 * All errors: those that came, those shown before, and behind the patch what they have become.
 *
 * @param {ErrorsPatch} came its joints whole
 * @param {NumberArray | undefined} shown
 * @param {JointsClip} clip
 */
function wholeErrors(came, shown, clip) {
  const errors = whole(came.errors, came.error_frames, shown, clip);
  if (came.tail && errors !== came.errors)
    tailErrors(errors, came.error_frames[1], came.joints, clip.joints, came.alignment);
  return errors;
}

/**
 * Make the motions of an answer whole, in place. The reconstruction patches the one shown before;
 * B patches the reconstruction as it then is.
 *
 * @param {Partial<Views>} changed
 * @param {Partial<Views>} shown
 */
export function mergeMotions(changed, shown) {
  const clip = changed.clip ?? shown.clip;
  const made = changed.reconstruction;
  const before = shown.reconstruction;
  const other = changed.compared;
  if (clip?.parts === "channels") {
    if (made?.channels) made.channels = whole(made.channels, made.frames, before?.channels, clip);
    const base = made ?? before;
    if (other?.channels) other.channels = whole(other.channels, other.frames, base?.channels, clip);
  } else if (clip) {
    if (made?.joints) {
      made.joints = wholeJoints(made, before?.joints, clip);
      made.errors = wholeErrors(made, before?.errors, clip);
    }
    const base = made ?? before;
    if (other?.joints) other.joints = wholeJoints(other, base?.joints, clip);
  }
}

/**
 * Make the lists of edits of an answer whole, in place: their first ones are those shown before.
 *
 * @param {Partial<Views>} changed
 * @param {Partial<Views>} shown
 */
export function mergeEdits(changed, shown) {
  const pairs = [
    [changed.edits, shown.edits],
    [changed.session?.resume, shown.session?.resume],
  ];
  for (const [came, before] of pairs) {
    if (!came) continue;
    came.edits = [...(before?.edits ?? []).slice(0, came.kept), ...came.edits];
    came.kept = 0;
  }
}
