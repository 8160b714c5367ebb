// What an edit moved of a body: frames by joints, in millimetres of pose; below it the path's drift.

import { largest } from "../shared/arrays.js";
import { jointLabel, mm } from "../shared/dom.js";
import { brackets } from "./brackets.js";
import { heat, niceTop } from "./heat.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { JointsMoved } from "../shared/payloads"
 * @import { TimeScale } from "../shared/timeaxis.js"
 * @import { JointsClip, Unpacked } from "../shared/types.js"
 * @import { Moved, Place } from "./edit_effect.js"
 */

const BETWEEN = 4; // pixels between limbs
const DRIFT = 46; // pixels of height for the path's drift
const UNDER = DRIFT + 26;

/** Rows from head to foot, a limb at a time. */
const rowsOf = (/** @type {JointsClip} */ { skeleton }) => skeleton.limbs.flatMap(({ joints }) => joints);

/**
 * @param {JointsClip} clip
 * @param {Unpacked<JointsMoved>} effect
 * @returns {Moved}
 */
export const jointsMoved = (clip, effect) => ({
  top: `${topOf(effect)} mm`,
  paint: (context, place) => paintJoints(context, clip, effect, place),
  pointed(y, height, frame) {
    const [first, stop] = effect.frames;
    const row = rowHeight(clip, height);
    const order = rowTops(clip, row).findIndex((top) => y >= top && y < top + row);
    if (order < 0 || frame < first || frame >= stop) return "";
    const joint = rowsOf(clip)[order];
    const moved = effect.pose_mm.values[(frame - first) * effect.pose_mm.shape[1] + joint];
    return `${jointLabel(clip.joint_names[joint])}, frame ${frame}: ${mm(moved)} mm`;
  },
});

const topOf = (/** @type {Unpacked<JointsMoved>} */ effect) =>
  niceTop(Math.max(1, effect.pose_max_mm));

const rowHeight = (/** @type {JointsClip} */ clip, /** @type {number} */ height) =>
  (height - UNDER - BETWEEN * (clip.skeleton.limbs.length - 1)) / rowsOf(clip).length;

/**
 * Returns the picture in words.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {JointsClip} clip
 * @param {Unpacked<JointsMoved>} effect
 * @param {Place} place
 */
function paintJoints(context, clip, effect, { scale, height, theme }) {
  const [first, stop] = effect.frames;
  const most = topOf(effect);
  const x = (/** @type {number} */ at) => scale.x((at - 0.5) / clip.fps);
  const high = height - UNDER;
  const row = rowHeight(clip, height);
  const tops = rowTops(clip, row);

  const rows = rowsOf(clip);
  context.fillStyle = theme.soft;
  let done = 0;
  for (const { title, joints } of clip.skeleton.limbs) {
    context.fillText(title, 0, (tops[done] + tops[done + joints.length - 1] + row) / 2);
    done += joints.length;
  }
  context.fillText("path drift", 0, 20 + high + DRIFT / 2);

  context.save();
  context.beginPath();
  context.rect(scale.left, 0, scale.width, height);
  context.clip();
  for (let at = first; at < stop; at++) {
    rows.forEach((joint, order) => {
      context.fillStyle = heat(
        theme,
        effect.pose_mm.values[(at - first) * effect.pose_mm.shape[1] + joint] / most,
      );
      context.fillRect(x(at), tops[order], x(at + 1) - x(at) + 0.5, row - 0.5);
    });
  }
  brackets(context, [x(first), x(stop)], 8, high, theme.ink);
  drawDrift(context, clip, effect, scale, 16 + high, DRIFT, theme);
  context.restore();
  return `${effect.words}: pose moved in frames ${first} to ${stop - 1}, at most ${effect.pose_max_mm.toFixed(1)} mm`;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {JointsClip} clip
 * @param {Unpacked<JointsMoved>} effect
 * @param {TimeScale} scale
 * @param {number} top
 * @param {number} high
 * @param {Theme} theme
 */
function drawDrift(context, clip, effect, scale, top, high, theme) {
  const most = Math.max(1, effect.path_end_mm, largest(effect.path_mm));
  const y = (/** @type {number} */ value) => top + high - 6 - ((high - 12) * value) / most;
  context.strokeStyle = theme.line;
  context.beginPath();
  context.moveTo(scale.left, y(0));
  context.lineTo(scale.left + scale.width, y(0));
  context.stroke();
  context.strokeStyle = theme.accent;
  context.lineWidth = 1.8;
  context.beginPath();
  for (let at = 0; at < clip.frames; at++)
    context.lineTo(scale.x(at / clip.fps), y(effect.path_mm.values[at]));
  context.stroke();
  context.fillStyle = theme.soft;
  context.fillText(`${most.toFixed(0)} mm`, scale.left + 2, y(most));
}

function rowTops(/** @type {JointsClip} */ { skeleton }, /** @type {number} */ row) {
  let top = 8;
  return skeleton.limbs.flatMap(({ joints }, limb) => {
    if (limb) top += BETWEEN;
    return joints.map(() => (top += row) - row);
  });
}
