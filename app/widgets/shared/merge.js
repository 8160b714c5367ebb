// A reconstruction arrives whole, or as the frames that an edit reached; this makes it whole again.

const STRIDE = 66; // values a frame: 22 joints, x y z
const JOINTS = 22;

/** Turn the body about its old pelvis and move it, from a frame on. Matches tail_motion in Python. */
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

/** The whole reconstruction of what has come, the one shown before, and the original clip. */
export function mergeReconstruction(came, before, clip) {
  const [first, stop] = came.frames;
  if (first === 0 && stop === clip.frames) return came;
  const joints = before.joints.values.slice();
  const errors = before.errors.values.slice();
  joints.set(came.joints.values, first * STRIDE);
  errors.set(came.errors.values, first * JOINTS);
  if (came.tail) {
    moveTail(joints, stop, came.tail);
    tailErrors(errors, stop, joints, clip.joints.values, came.alignment);
  }
  return {
    ...came,
    joints: { shape: before.joints.shape, values: joints },
    errors: { shape: before.errors.shape, values: errors },
  };
}
