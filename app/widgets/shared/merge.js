// A motion arrives whole, or as the frames in which it differs from one that is shown; this makes it whole.

const STRIDE = 66; // values a frame: 22 joints, x y z
const JOINTS = 22;

/** Turn the body about its old pelvis and move it, from a frame on. Matches tail_motion in app/views/patch.py. */
function moveTail(joints, first, { turn, from, to }) {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  for (let at = first * STRIDE; at < joints.length; at += 3) {
    const [x, z] = [joints[at] - from[0], joints[at + 2] - from[1]];
    joints[at] = to[0] + x * cos + z * sin;
    joints[at + 2] = to[1] - x * sin + z * cos;
  }
}

/** Errors in mm of the frames from `first` on, where poses are known but for the local alignment. */
function tailErrors(errors, first, joints, original, alignment) {
  if (alignment === "local") return;
  for (let frame = first; frame < joints.length / STRIDE; frame++) {
    const root = frame * STRIDE;
    for (let joint = 0; joint < JOINTS; joint++) {
      const at = root + joint * 3;
      let squared = 0;
      for (let axis = 0; axis < 3; axis++) {
        const apart = joints[at + axis] - original[at + axis];
        squared +=
          (alignment === "root" ? apart - (joints[root + axis] - original[root + axis]) : apart) **
          2;
      }
      errors[frame * JOINTS + joint] = 1000 * Math.sqrt(squared);
    }
  }
}

/** All joints of a motion that has come as a patch of another, or whole. */
function wholeJoints({ frames: [first, stop], joints, tail }, shown, clip) {
  if (first === 0 && stop === clip.frames) return joints;
  const values = shown.values.slice();
  values.set(joints.values, first * STRIDE);
  if (tail) moveTail(values, stop, tail);
  return { shape: shown.shape, values };
}

/** All channels of a motion that has come as a patch of another, or whole. */
function wholeChannels({ frames: [first, stop], channels }, shown, clip) {
  if (first === 0 && stop === clip.frames) return channels;
  const values = shown.values.slice();
  values.set(channels.values, first * shown.shape[1]);
  return { shape: shown.shape, values };
}

/** All errors: those that came, those shown before, and behind the patch what they have become. */
function wholeErrors(came, joints, shown, clip) {
  const [first, stop] = came.error_frames;
  if (first === 0 && stop === clip.frames) return came.errors;
  const values = shown.values.slice();
  values.set(came.errors.values, first * JOINTS);
  if (came.tail) tailErrors(values, stop, joints.values, clip.joints.values, came.alignment);
  return { shape: shown.shape, values };
}

/**
 * Make the motions of an answer whole, in place. The reconstruction patches the one shown before;
 * B patches the reconstruction as it then is.
 */
export function mergeMotions(changed, shown) {
  const clip = changed.clip ?? shown.clip;
  const { reconstruction: made, compared: other } = changed;
  if (clip.parts === "channels") {
    if (made) made.channels = wholeChannels(made, shown.reconstruction?.channels, clip);
    if (other?.words)
      other.channels = wholeChannels(other, (made ?? shown.reconstruction).channels, clip);
    return;
  }
  if (made) {
    made.joints = wholeJoints(made, shown.reconstruction?.joints, clip);
    made.errors = wholeErrors(made, made.joints, shown.reconstruction?.errors, clip);
  }
  if (other?.words)
    other.joints = wholeJoints(other, (made ?? shown.reconstruction).joints, clip);
}
