// A small body that repeats a short stretch of motion, with the frames that a code stands for marked below.

import { errorColour, liveTheme } from "../shared/colour.js";
import { fitCanvas, h, onResize } from "../shared/dom.js";
import { bodyOf } from "../player/body.js";
import { OrbitCamera } from "../player/camera.js";
import { paintFloor, paintShadow } from "../player/floor.js";
import { paintParts, paintSilhouette } from "../player/painter.js";
import { poseAt } from "../player/pose.js";

/**
 * @import { Body, Part } from "../player/body.js"
 * @import { Studio } from "../shared/store.js"
 * @import { NumberArray } from "../shared/types.js"
 */

/**
 * @typedef {object} Motion what is repeated
 * @property {NumberArray} joints
 * @property {number} first the frame it begins with, counted from the code's own first one
 * @property {number} own frames that the code stands for
 * @property {number} fps
 * @property {NumberArray} [ghost] joints of a pale body beside it
 * @property {NumberArray} [distances] mm by which each joint is apart, its colour
 */

export const SPEED = 0.5; // of real time
const REST = 0.5; // seconds between two rounds
const BAR = 18; // pixels under the body

/** A canvas that plays a short motion of the open clip's skeleton; show(null) empties it. */
export function skeletonLoop(/** @type {Studio} */ studio, /** @type {string} */ name) {
  const canvas = h("canvas", { class: "loop", role: "img", "aria-label": name });
  const camera = new OrbitCamera();
  const layer = document.createElement("canvas");
  /** @type {Motion | null} */
  let motion = null;
  /** @type {Body | null} */
  let body = null;
  const theme = liveTheme(() => draw());
  let position = 0; // frames
  let playing = false;
  let last = 0;
  let inSight = false;

  function draw() {
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    if (!motion || !body || !width) return;
    const frames = motion.joints.shape[0];
    const at = Math.min(frames - 1, position);
    const pose = poseAt(motion.joints, at);
    camera.target = [pose[0][0], 0.45 + 0.5 * pose[0][1], pose[0][2]];
    const high = height - BAR;
    camera.aim(width / 2, high * 0.52, Math.min(high, width * 1.2));
    paintFloor(context, camera, theme);
    paintShadow(context, camera, pose, body.shadows, theme);
    if (motion.ghost) {
      const parts = body.parts(poseAt(motion.ghost, at));
      const outline = parts.filter((part) => part.kind !== "badge");
      paintSilhouette(context, camera, outline, theme.ghostRgb, theme, layer);
    }
    paintParts(context, camera, coloured(body.parts(pose), Math.round(at)), theme);
    drawBar(context, width, height, motion);
  }

  function coloured(/** @type {Part[]} */ parts, /** @type {number} */ frame) {
    const distances = motion?.distances;
    return parts.map((part) => {
      if (!distances) return { ...part, colour: theme.ghostRgb };
      const { shape, values } = distances;
      const apart = part.joints.map(
        (/** @type {number} */ joint) => values[frame * shape[1] + joint],
      );
      return { ...part, colour: errorColour(apart.reduce((a, b) => a + b) / apart.length) };
    });
  }

  /**
   * The stretch as a line, the code's own frames thick, and where the body is now.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} width
   * @param {number} height
   * @param {Motion} motion
   */
  function drawBar(context, width, height, { joints, first, own }) {
    const [frames] = joints.shape;
    const x = (/** @type {number} */ frame) => 8 + ((width - 16) * frame) / frames;
    const y = height - BAR / 2;
    context.fillStyle = theme.line;
    context.fillRect(x(0), y - 1, x(frames) - x(0), 2);
    context.fillStyle = theme.accent;
    context.fillRect(x(-first), y - 2.5, x(own) - x(0), 5);
    context.fillStyle = theme.ink;
    context.fillRect(x(Math.min(frames, position + 0.5)) - 1, y - 6, 2, 12);
  }

  function tick(/** @type {number} */ now) {
    if (!playing || !inSight || !motion) return;
    const frames = motion.joints.shape[0];
    position += Math.min(0.1, Math.max(0, (now - last) / 1000)) * motion.fps * SPEED;
    if (position > frames - 1 + REST * motion.fps * SPEED) position = 0;
    last = now;
    draw();
    requestAnimationFrame(tick);
  }

  function wake() {
    last = performance.now();
    requestAnimationFrame(tick);
  }

  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    camera.orbit(event.movementX, 0);
    draw();
  });
  new IntersectionObserver(([entry]) => {
    const was = inSight;
    inSight = entry.isIntersecting;
    if (inSight && !was) wake();
  }).observe(canvas);
  onResize(canvas, draw);

  return {
    element: canvas,
    show(/** @type {Motion | null} */ next) {
      const wasEmpty = !motion;
      const { clip } = studio.views;
      motion = next;
      body = clip?.parts === "joints" ? bodyOf(clip) : null;
      // Standing still, the body shows the middle of the code's own frames.
      position = playing || !motion ? 0 : motion.own / 2 - motion.first;
      draw();
      if (wasEmpty) wake();
    },
    play(/** @type {boolean} */ on) {
      playing = on;
      wake();
    },
    get motion() {
      return motion;
    },
  };
}
