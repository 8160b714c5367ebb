// One column of the stage: bodies in the colours of their errors over floor, paths and shadow.

import { css, errorColour } from "../shared/colour.js";
import { paintFloor, paintPath, paintShadow } from "./floor.js";
import { heldOn } from "./hold.js";
import { paintParts, paintSilhouette } from "./painter.js";
import { poseAt } from "./pose.js";
import { errorsAt } from "./shown.js";

/**
 * @import { Rgb, Theme } from "../shared/colour.js"
 * @import { NumberArray } from "../shared/types.js"
 * @import { Body } from "./body.js"
 * @import { OrbitCamera } from "./camera.js"
 * @import { Pose } from "./pose.js"
 * @import { Shown } from "./shown.js"
 */

const PATH_FRAMES = 200; // of the path, before and after now, that is drawn on the floor

/**
 * @typedef {object} Scene
 * @property {Shown} shown
 * @property {NumberArray | null} other B's joints
 * @property {Body} body
 * @property {boolean} drifts whether decoded bodies stand where they went; else on the original's root
 * @property {number} position in frames
 */

/**
 * The poses of the bodies that a column shows, where they stand; null for those that it does not.
 *
 * @param {Scene} scene
 * @param {string} view "all", "original", "made" or "other"
 */
export function posesOf({ shown, other, drifts, position }, view) {
  const is = (/** @type {string} */ one) => view === "all" || view === one;
  const recorded = poseAt(shown.clip.joints, position);
  const stands = (/** @type {NumberArray} */ joints) => {
    const pose = poseAt(joints, position);
    return drifts ? pose : heldOn(pose, recorded);
  };
  return {
    original: is("original") ? recorded : null,
    made: is("made") ? stands(shown.joints) : null,
    other: other && is("other") ? stands(other) : null,
  };
}

/** The frame that a position is nearest to. */
const frameOf = (/** @type {Scene} */ { shown, position }) =>
  Math.round(Math.max(0, Math.min(shown.clip.frames - 1, position)));

/**
 * @param {CanvasRenderingContext2D} context
 * @param {OrbitCamera} camera
 * @param {Theme} theme
 * @param {HTMLCanvasElement} layer for silhouettes
 * @param {Scene} scene
 * @param {string} view "all", "original", "made" or "other"
 */
export function paintScene(context, camera, theme, layer, scene, view) {
  const { shown, body } = scene;
  const { original, made, other } = posesOf(scene, view);
  paintFloor(context, camera, theme);
  paintPaths(context, camera, theme, scene, { original, made, other });
  const nearest = made ?? original ?? other;
  if (nearest) paintShadow(context, camera, nearest, body.shadows, theme);
  const pale = (/** @type {Pose} */ pose, /** @type {Rgb} */ colour) => {
    const parts = body.parts(pose).filter((part) => part.kind !== "badge");
    paintSilhouette(context, camera, parts, colour, theme, layer);
  };
  if (view === "all" && original) pale(original, theme.ghostRgb);
  if (view === "all" && other) pale(other, theme.otherRgb);
  const plain = (/** @type {Pose} */ pose, /** @type {Rgb} */ colour) =>
    paintParts(context, camera, body.parts(pose).map((part) => ({ ...part, colour })), theme);
  if (made) paintParts(context, camera, byError(body, made, errorsAt(shown, frameOf(scene))), theme);
  else if (original) plain(original, theme.ghostRgb);
  else if (other) plain(other, theme.otherRgb);
}

/**
 * A body's parts in the colours of their errors.
 *
 * @param {Body} body
 * @param {Pose} pose
 * @param {(joint: number) => number} errorOf
 */
const byError = (body, pose, errorOf) =>
  body.parts(pose).map((part) => ({
    ...part,
    colour: errorColour(part.joints.reduce((sum, joint) => sum + errorOf(joint), 0) / part.joints.length),
  }));

/**
 * @param {CanvasRenderingContext2D} context
 * @param {OrbitCamera} camera
 * @param {Theme} theme
 * @param {Scene} scene
 * @param {ReturnType<typeof posesOf>} poses
 */
function paintPaths(context, camera, theme, scene, { original, made, other }) {
  const { shown, drifts } = scene;
  const frame = frameOf(scene);
  const span = [Math.max(0, frame - PATH_FRAMES), Math.min(shown.clip.frames, frame + PATH_FRAMES)];
  const path = (/** @type {NumberArray} */ joints, /** @type {Rgb} */ rgb, /** @type {number[]} */ dash) =>
    paintPath(context, camera, joints, span, css(rgb, 0.75), dash);
  if (original || !drifts) path(shown.clip.joints, theme.ghostRgb, [4, 4]);
  if (made && drifts) path(shown.joints, theme.accentRgb, []);
  if (scene.other && other && drifts) path(scene.other, theme.otherRgb, [1, 4]);
}
