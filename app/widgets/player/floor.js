// What lies on the floor: its squares, shadows and paths, seen through an OrbitCamera.

import { css } from "../shared/colour.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { NumberArray } from "../shared/types.js"
 * @import { Body } from "./body.js"
 * @import { OrbitCamera } from "./camera.js"
 * @import { Pose } from "./pose.js"
 */

const CELL = 0.5; // metres
const HALF = 3.5; // metres of floor on each side of the target

/** A floor of half-metre squares that fades away from the camera's target. */
export function paintFloor(
  /** @type {CanvasRenderingContext2D} */ context,
  /** @type {OrbitCamera} */ camera,
  /** @type {Theme} */ theme,
) {
  const [tx, , tz] = camera.target;
  const [gx, gz] = [Math.round(tx / CELL) * CELL, Math.round(tz / CELL) * CELL];
  const count = HALF / CELL;
  context.lineWidth = 1;
  for (let i = -count; i <= count; i++) {
    const offset = i * CELL;
    strokeFading(
      context,
      camera,
      theme,
      (/** @type {number} */ s) => [gx + offset, 0, tz + s],
      Math.abs(gx + offset - tx),
    );
    strokeFading(
      context,
      camera,
      theme,
      (/** @type {number} */ s) => [tx + s, 0, gz + offset],
      Math.abs(gz + offset - tz),
    );
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {OrbitCamera} camera
 * @param {Theme} theme
 * @param {(s: number) => number[]} at
 * @param {number} aside
 */
function strokeFading(context, camera, theme, at, aside) {
  const steps = 10;
  for (let i = 0; i < steps; i++) {
    const [s0, s1] = [-HALF + (2 * HALF * i) / steps, -HALF + (2 * HALF * (i + 1)) / steps];
    const fade = 1 - Math.hypot((s0 + s1) / 2, aside) / HALF;
    if (fade <= 0) continue;
    const [[x0, y0, z0], [x1, y1, z1]] = [at(s0), at(s1)];
    const [a, b] = [camera.project(x0, y0, z0), camera.project(x1, y1, z1)];
    if (!a || !b) continue;
    context.strokeStyle = css(theme.floorRgb, 0.9 * Math.min(1, fade * 1.6));
    context.beginPath();
    context.moveTo(a[0], a[1]);
    context.lineTo(b[0], b[1]);
    context.stroke();
  }
}

/**
 * Where a body is near the floor it darkens it.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {OrbitCamera} camera
 * @param {Pose} pose
 * @param {Body["shadows"]} shadows
 * @param {Theme} theme
 */
export function paintShadow(context, camera, pose, shadows, theme) {
  const squash = Math.max(0.12, Math.sin(camera.pitch));
  for (const [joint, radius, strength] of shadows) {
    const [x, y, z] = pose[joint];
    const seen = camera.project(x, 0, z);
    if (!seen) continue;
    const size = radius * (1 + Math.max(0, y) * 0.5) * seen[3];
    const alpha = strength * Math.exp(-Math.max(0, y) * 1.4);
    context.save();
    context.translate(seen[0], seen[1]);
    context.scale(1, squash);
    const gradient = context.createRadialGradient(0, 0, 0, 0, 0, size);
    gradient.addColorStop(0, css(theme.shadowRgb, alpha));
    gradient.addColorStop(1, css(theme.shadowRgb, 0));
    context.fillStyle = gradient;
    context.fillRect(-size, -size, 2 * size, 2 * size);
    context.restore();
  }
}

/**
 * The root's path on the floor between two frames.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {OrbitCamera} camera
 * @param {NumberArray} joints
 * @param {number[]} span
 * @param {string} colour
 * @param {number[]} dash
 */
export function paintPath(context, camera, { shape, values }, [first, stop], colour, dash) {
  const stride = shape[1] * shape[2];
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(dash);
  context.beginPath();
  let pen = false;
  for (let frame = first; frame < stop; frame += 2) {
    const seen = camera.project(values[frame * stride], 0.002, values[frame * stride + 2]);
    if (seen) pen ? context.lineTo(seen[0], seen[1]) : context.moveTo(seen[0], seen[1]);
    pen = Boolean(seen);
  }
  context.stroke();
  context.setLineDash([]);
}
