// Paints the parts of a body on a canvas seen through an OrbitCamera.

import { css, mix } from "../shared/colour.js";
import { context2d } from "../shared/dom.js";
import { outline } from "./hull.js";

/**
 * @import { Rgb, Theme } from "../shared/colour.js"
 * @import { Ball, Part } from "./body.js"
 * @import { OrbitCamera } from "./camera.js"
 * @import { Circle } from "./hull.js"
 */

/** @typedef {Part & { colour: Rgb }} ColouredPart */

const WHITE = [255, 255, 255];
const BLACK = [8, 14, 24];
const THIN = 3; // pixels of radius
const EDGE = 2.6; // pixels around a silhouette
const SHEET = 128; // a layer's sides are multiples of as many pixels: it is seldom made anew

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[][]} points
 */
function trace(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.closePath();
}

/**
 * Light falls from the upper left: brighten that edge and darken the other, across the part.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Circle[]} circles
 * @param {Rgb} colour
 */
function shade(context, circles, colour) {
  const [first, last] = [circles[0], circles[circles.length - 1]];
  const radius = Math.max(...circles.map((circle) => circle[2]));
  let [nx, ny] = [-(last[1] - first[1]), last[0] - first[0]];
  const length = Math.hypot(nx, ny);
  [nx, ny] = length < 1 || circles.length > 3 ? [-0.8, -0.6] : [nx / length, ny / length];
  if (nx * -0.8 + ny * -0.6 < 0) [nx, ny] = [-nx, -ny];
  const spread =
    circles.length > 3 ? Math.hypot(last[0] - first[0], last[1] - first[1]) / 2 + radius : radius;
  const cx = circles.reduce((sum, circle) => sum + circle[0], 0) / circles.length;
  const cy = circles.reduce((sum, circle) => sum + circle[1], 0) / circles.length;
  const gradient = context.createLinearGradient(
    cx + nx * spread,
    cy + ny * spread,
    cx - nx * spread,
    cy - ny * spread,
  );
  gradient.addColorStop(0, css(mix(colour, WHITE, 0.22)));
  gradient.addColorStop(0.4, css(colour));
  gradient.addColorStop(1, css(mix(colour, BLACK, 0.42)));
  return gradient;
}

/**
 * @param {OrbitCamera} camera
 * @param {Ball[]} balls
 */
function projectBalls(camera, balls) {
  /** @type {Circle[]} */
  const circles = [];
  for (const [[x, y, z], radius] of balls) {
    const seen = camera.project(x, y, z);
    if (!seen) return null;
    circles.push([seen[0], seen[1], radius * seen[3], seen[2]]);
  }
  return circles;
}

/**
 * A body's parts, each with its colour [r, g, b], far ones first.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {OrbitCamera} camera
 * @param {ColouredPart[]} parts
 * @param {Theme} theme
 */
export function paintParts(context, camera, parts, theme) {
  /** @type {{ part: ColouredPart, circles: Circle[], depth: number }[]} */
  const seen = [];
  for (const part of parts) {
    // Marks on the surface are hidden when the surface is turned away.
    if (
      part.normal &&
      part.normal[0] * camera.forward[0] +
        part.normal[1] * camera.forward[1] +
        part.normal[2] * camera.forward[2] >
        (part.kind === "nose" ? 0.35 : -0.1)
    )
      continue;
    const circles = projectBalls(camera, part.balls);
    if (!circles) continue;
    const depth = circles.reduce((sum, circle) => sum + circle[3], 0) / circles.length;
    seen.push({ part, circles, depth: part.kind === "badge" ? depth - 0.12 : depth });
  }
  seen.sort((a, b) => b.depth - a.depth);
  for (const { part, circles } of seen) {
    trace(context, outline(circles));
    if (part.kind === "badge") {
      context.fillStyle = css(mix(part.colour, WHITE, 0.62), 0.9);
      context.fill();
    } else {
      const colour = part.side === "right" ? mix(part.colour, BLACK, 0.16) : part.colour;
      // On what is so thin, light and shadow cannot be told apart.
      context.fillStyle = circles[0][2] < THIN ? css(colour) : shade(context, circles, colour);
      context.fill();
      context.strokeStyle = css(mix(part.colour, BLACK, 0.5), 0.55);
      context.lineWidth = 0.8;
      context.stroke();
    }
    if (part.letter && circles[0][2] > 3.2) paintLetter(context, part.letter, circles, theme);
  }
}

/**
 * Where outlines lie on a canvas, edge included: left, top, width and height in its own pixels. To copy the rest of a
 * layer, which is empty, takes longer than to paint the body.
 *
 * @param {number[][][]} outlines
 * @param {CanvasRenderingContext2D} context
 */
function pixelsOf(outlines, context) {
  const { a: scale, e: x, f: y } = context.getTransform();
  const ends = (/** @type {number} */ axis, /** @type {number} */ from, /** @type {number} */ size) => {
    const all = outlines.flatMap((points) => points.map((point) => point[axis] * scale + from));
    const least = Math.max(0, Math.floor(Math.min(...all) - EDGE * scale));
    return [least, Math.min(size, Math.ceil(Math.max(...all) + EDGE * scale)) - least];
  };
  const [left, wide] = ends(0, x, context.canvas.width);
  const [top, high] = ends(1, y, context.canvas.height);
  return [left, top, wide, high];
}

/**
 * A body as one pale silhouette: outlines of all parts first, then fills over the inner ones.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {OrbitCamera} camera
 * @param {Part[]} parts
 * @param {Rgb} colour
 * @param {Theme} theme
 * @param {HTMLCanvasElement} layer
 */
export function paintSilhouette(context, camera, parts, colour, theme, layer) {
  const outlines = parts
    .map((part) => projectBalls(camera, part.balls))
    .filter((circles) => circles !== null)
    .map(outline);
  const [left, top, wide, high] = pixelsOf(outlines, context);
  if (wide <= 0 || high <= 0) return;
  const [width, height] = [wide, high].map((size) => SHEET * Math.ceil(size / SHEET));
  if (layer.width !== width || layer.height !== height) Object.assign(layer, { width, height });
  const ink = context2d(layer);
  ink.setTransform(1, 0, 0, 1, 0, 0);
  ink.clearRect(0, 0, width, height);
  ink.setTransform(new DOMMatrix().translate(-left, -top).multiply(context.getTransform()));
  ink.strokeStyle = css(mix(colour, BLACK, 0.1));
  ink.lineWidth = EDGE;
  ink.lineJoin = "round";
  for (const points of outlines) {
    trace(ink, points);
    ink.stroke();
  }
  ink.fillStyle = css(mix(colour, theme.panelRgb, 0.62));
  for (const points of outlines) {
    trace(ink, points);
    ink.fill();
  }
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 0.72;
  context.drawImage(layer, 0, 0, wide, high, left, top, wide, high);
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} letter
 * @param {Circle[]} circles
 * @param {Theme} theme
 */
function paintLetter(context, letter, circles, theme) {
  const [from, to] = circles;
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const x = to[0] + ((to[0] - from[0]) / length) * 9;
  const y = to[1] + ((to[1] - from[1]) / length) * 9;
  context.font = "600 11px ui-sans-serif, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.strokeStyle = theme.panel;
  context.strokeText(letter, x, y);
  context.fillStyle = theme.ink;
  context.fillText(letter, x, y);
}
