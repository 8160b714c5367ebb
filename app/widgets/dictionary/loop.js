// A small body that repeats a short stretch of motion, with the frames that a code stands for marked below.

import { errorColour, hexRgb, onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, onResize } from "../shared/dom.js";
import { bodyParts } from "../player/body.js";
import { OrbitCamera } from "../player/camera.js";
import { paintFloor, paintParts, paintShadow, paintSilhouette } from "../player/painter.js";
import { poseAt } from "../player/pose.js";

const JOINTS = 22;
export const SPEED = 0.5; // of real time
const REST = 0.5; // seconds between two rounds
const BAR = 18; // pixels under the body

/** A canvas that plays {joints, ghost?, distances?, first, own, fps}; show(null) empties it. */
export function skeletonLoop(name) {
  const canvas = h("canvas", { class: "loop", role: "img", "aria-label": name });
  const camera = new OrbitCamera();
  const layer = document.createElement("canvas");
  let motion = null;
  let theme = null;
  let position = 0; // frames
  let playing = false;
  let last = 0;
  let inSight = false;

  function draw() {
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    if (!motion || !width) return;
    theme ??= readTheme(canvas);
    const frames = motion.joints.shape[0];
    const at = Math.min(frames - 1, position);
    const pose = poseAt(motion.joints.values, frames, at);
    camera.target = [pose[0][0], 0.45 + 0.5 * pose[0][1], pose[0][2]];
    const high = height - BAR;
    camera.aim(width / 2, high * 0.52, Math.min(high, width * 1.2));
    paintFloor(context, camera, theme);
    paintShadow(context, camera, pose, theme);
    if (motion.ghost) {
      const parts = bodyParts(poseAt(motion.ghost.values, frames, at));
      const outline = parts.filter((part) => part.kind !== "badge");
      paintSilhouette(context, camera, outline, theme.ghostRgb, theme, layer);
    }
    paintParts(context, camera, coloured(bodyParts(pose), Math.round(at)), theme);
    drawBar(context, width, height, frames);
  }

  function coloured(parts, frame) {
    return parts.map((part) => {
      if (!motion.distances) return { ...part, colour: theme.ghostRgb };
      const apart = part.joints.map((joint) => motion.distances.values[frame * JOINTS + joint]);
      return { ...part, colour: errorColour(apart.reduce((a, b) => a + b) / apart.length) };
    });
  }

  /** The stretch as a line, the code's own frames thick, and where the body is now. */
  function drawBar(context, width, height, frames) {
    const x = (frame) => 8 + ((width - 16) * frame) / frames;
    const y = height - BAR / 2;
    context.fillStyle = theme.line;
    context.fillRect(x(0), y - 1, x(frames) - x(0), 2);
    context.fillStyle = theme.accent;
    context.fillRect(x(-motion.first), y - 2.5, x(motion.own) - x(0), 5);
    context.fillStyle = theme.ink;
    context.fillRect(x(Math.min(frames, position + 0.5)) - 1, y - 6, 2, 12);
  }

  function tick(now) {
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
  onThemeChange(() => {
    theme = null;
    draw();
  });

  return {
    element: canvas,
    show(next) {
      const wasEmpty = !motion;
      motion = next;
      // Standing still, the body shows the middle of the code's own frames.
      position = playing || !motion ? 0 : motion.own / 2 - motion.first;
      draw();
      if (wasEmpty) wake();
    },
    play(on) {
      playing = on;
      wake();
    },
    get motion() {
      return motion;
    },
  };
}

function readTheme(element) {
  const colours = themeColours(element);
  return {
    ...colours,
    ghostRgb: hexRgb(colours.ghost),
    floorRgb: hexRgb(colours.floor),
    shadowRgb: [0, 0, 0],
  };
}
