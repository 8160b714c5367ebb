// A pose between two frames of a motion.

const JOINTS = 22;

/** 22 × [x, y, z] metres at a position in frames; joints are the motion's values, frame by frame. */
export function poseAt(joints, frames, position) {
  const frame = Math.max(0, Math.min(frames - 1, Math.floor(position)));
  const next = Math.min(frames - 1, frame + 1);
  const t = Math.min(1, Math.max(0, position - frame));
  const pose = [];
  for (let joint = 0; joint < JOINTS; joint++) {
    const [a, b] = [(frame * JOINTS + joint) * 3, (next * JOINTS + joint) * 3];
    pose.push(
      [0, 1, 2].map((axis) => joints[a + axis] + (joints[b + axis] - joints[a + axis]) * t),
    );
  }
  return pose;
}
