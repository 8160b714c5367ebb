// The blast radius of a body: frames by joints, in millimetres of pose; below it the path's drift.

import { jointLabel, mm } from "../shared/dom.js";
import { brackets } from "./brackets.js";
import { heat, niceTop } from "./heat.js";

const JOINTS = 22;
// Rows from head to foot, a limb at a time.
const LIMBS = [
  ["head and trunk", [15, 12, 9, 6, 3, 0]],
  ["left arm", [13, 16, 18, 20]],
  ["right arm", [14, 17, 19, 21]],
  ["left leg", [1, 4, 7, 10]],
  ["right leg", [2, 5, 8, 11]],
];
const ROWS = LIMBS.flatMap(([, joints]) => joints);
const BETWEEN = 4; // pixels between limbs
const DRIFT = 46; // pixels of height for the path's drift
const UNDER = DRIFT + 26;

const topOf = (blast) => niceTop(Math.max(1, blast.pose_max_mm));

export const JOINTS_MOVED = {
  note: "pose moved by the latest edit; brackets: exact reach",
  top: (blast) => `${topOf(blast)} mm`,
  paint: paintJoints,
  /** What is at a height of the picture in a frame, in words; "" where nothing is. */
  pointed({ clip, blast }, y, height, frame) {
    const [first, stop] = blast.frames;
    const row = rowHeight(height);
    const order = rowTops(row).findIndex((top) => y >= top && y < top + row);
    if (order < 0 || frame < first || frame >= stop) return "";
    const joint = ROWS[order];
    const moved = blast.pose_mm.values[(frame - first) * JOINTS + joint];
    return `${jointLabel(clip.joint_names[joint])}, frame ${frame}: ${mm(moved)} mm`;
  },
};

const rowHeight = (height) => (height - UNDER - BETWEEN * (LIMBS.length - 1)) / JOINTS;

/** Returns the picture in words. */
function paintJoints(context, { clip, blast, scale, height, theme }) {
  const [first, stop] = blast.frames;
  const most = topOf(blast);
  const x = (at) => scale.x((at - 0.5) / clip.fps);
  const high = height - UNDER;
  const row = rowHeight(height);
  const tops = rowTops(row);

  context.fillStyle = theme.soft;
  let done = 0;
  for (const [name, joints] of LIMBS) {
    context.fillText(name, 0, (tops[done] + tops[done + joints.length - 1] + row) / 2);
    done += joints.length;
  }
  context.fillText("path drift", 0, 20 + high + DRIFT / 2);

  context.save();
  context.beginPath();
  context.rect(scale.left, 0, scale.width, height);
  context.clip();
  for (let at = first; at < stop; at++) {
    ROWS.forEach((joint, order) => {
      context.fillStyle = heat(theme, blast.pose_mm.values[(at - first) * JOINTS + joint] / most);
      context.fillRect(x(at), tops[order], x(at + 1) - x(at) + 0.5, row - 0.5);
    });
  }
  brackets(context, [x(first), x(stop)], 8, high, theme.ink);
  drawDrift(context, clip, blast, scale, 16 + high, DRIFT, theme);
  context.restore();
  return `${blast.words}: pose moved in frames ${first} to ${stop - 1}, at most ${blast.pose_max_mm.toFixed(1)} mm`;
}

function drawDrift(context, clip, blast, scale, top, high, theme) {
  const most = Math.max(
    1,
    ...[blast.path_end_mm],
    blast.path_mm.values.reduce((a, b) => Math.max(a, b), 0),
  );
  const y = (value) => top + high - 6 - ((high - 12) * value) / most;
  context.strokeStyle = theme.line;
  context.beginPath();
  context.moveTo(scale.left, y(0));
  context.lineTo(scale.left + scale.width, y(0));
  context.stroke();
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.8;
  context.beginPath();
  for (let at = 0; at < clip.frames; at++)
    context.lineTo(scale.x(at / clip.fps), y(blast.path_mm.values[at]));
  context.stroke();
  context.fillStyle = theme.soft;
  context.fillText(`${most.toFixed(0)} mm`, scale.left + 2, y(most));
}

function rowTops(row) {
  let top = 8;
  return LIMBS.flatMap(([, joints], limb) => {
    if (limb) top += BETWEEN;
    return joints.map(() => (top += row) - row);
  });
}
