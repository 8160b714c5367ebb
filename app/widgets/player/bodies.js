// Bodies on one floor: original and reconstruction, error by colour.

import {
  css,
  ERROR_TOP_MM,
  errorColour,
  errorGradient,
  hexRgb,
  onThemeChange,
  themeColours,
} from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, segmented } from "../shared/dom.js";
import { Reference, referenceWord } from "../shared/reference.js";
import { bodyParts } from "./body.js";
import { OrbitCamera } from "./camera.js";
import { orbitWithPointers } from "./orbit.js";
import { paintFloor, paintParts, paintPath, paintShadow, paintSilhouette } from "./painter.js";
import { poseAt } from "./pose.js";

const JOINTS = 22;
const PATH_FRAMES = 200; // of the path, before and after now, that is drawn on the floor
const FOLLOW = 0.8; // seconds over which the camera smooths the body's path
const MODES = [
  ["overlay", "Overlay", "Both bodies in one place; the original is the pale one"],
  ["split", "Side by side", "Original, reconstruction, and B if there is one"],
  ["single", "Solo", "The reconstruction alone"],
];

/** The pelvis' path averaged over FOLLOW seconds, so that the camera glides. */
function smoothPath(joints, frames, fps) {
  const reach = Math.round((FOLLOW * fps) / 2);
  return Array.from({ length: frames }, (_, frame) => {
    const [from, to] = [Math.max(0, frame - reach), Math.min(frames - 1, frame + reach)];
    let [x, y, z] = [0, 0, 0];
    for (let i = from; i <= to; i++) {
      x += joints[i * JOINTS * 3];
      y += joints[i * JOINTS * 3 + 1];
      z += joints[i * JOINTS * 3 + 2];
    }
    const count = to - from + 1;
    return [x / count, 0.45 + 0.5 * (y / count), z / count];
  });
}

/** Returns {element, tools} for the player, and nothing is drawn while the clip has no joints. */
export function mountBodies(studio) {
  const { clock } = studio;
  const camera = new OrbitCamera();
  let mode = "overlay";
  let clip = null;
  let made = null;
  let other = null;
  let centres = [];
  let theme = null;
  const layer = document.createElement("canvas");

  const canvas = h("canvas", {
    class: "stage",
    tabindex: "0",
    role: "img",
    "aria-label":
      "Skeleton player. Drag, or alt and arrow keys, to turn; wheel, pinch, plus and minus to zoom; space to play.",
  });
  const tags = h("div", { class: "stage-tags", "aria-hidden": "true" });
  const modes = segmented("Show", MODES, (value) => {
    mode = value;
    modes.show(mode);
    showTags();
    draw();
  });
  modes.show(mode);

  const legendB = h("span", { class: "legend-b", hidden: true }, "B");
  const legend = h(
    "div",
    { class: "legend" },
    h("span", { class: "legend-ghost" }, referenceWord(studio)),
    legendB,
    h(
      "span",
      { class: "legend-scale" },
      "error 0",
      h("i", { style: `background:${errorGradient()}` }),
      `${ERROR_TOP_MM} mm and more`,
    ),
  );
  const tools = [modes, legend];
  const element = h("div", { class: "stage-frame" }, canvas, tags);

  /** What stands side by side: [label, which body]. */
  const columns = () => [
    [Reference(studio), "original"],
    [other ? "A" : "Reconstruction", "made"],
    ...(other ? [[`B: ${other.words}`, "other"]] : []),
  ];

  function showTags() {
    tags.hidden = mode !== "split";
    tags.replaceChildren(...columns().map(([label]) => h("span", {}, label)));
    legendB.hidden = !other;
  }

  function readTheme() {
    const colours = themeColours(element);
    theme = {
      ...colours,
      ghostRgb: hexRgb(colours.ghost),
      otherRgb: hexRgb(colours.other),
      floorRgb: hexRgb(colours.floor),
      accentRgb: hexRgb(colours.accent),
      shadowRgb: [0, 0, 0],
    };
  }

  function solidParts(pose, errorsAt, plain) {
    return bodyParts(pose).map((part) => {
      const error = errorsAt
        ? part.joints.reduce((sum, joint) => sum + errorsAt(joint), 0) / part.joints.length
        : null;
      return { ...part, colour: error === null ? plain : errorColour(error) };
    });
  }

  function paintScene(context, view, position) {
    const overlay = view === "all";
    const poses = {
      original:
        overlay || view === "original" ? poseAt(clip.joints.values, clip.frames, position) : null,
      made: overlay || view === "made" ? poseAt(made.joints.values, clip.frames, position) : null,
      other:
        other && (overlay || view === "other")
          ? poseAt(other.joints.values, clip.frames, position)
          : null,
    };
    const frame = Math.round(Math.max(0, Math.min(clip.frames - 1, position)));
    paintFloor(context, camera, theme);
    const span = [Math.max(0, frame - PATH_FRAMES), Math.min(clip.frames, frame + PATH_FRAMES)];
    if (poses.original)
      paintPath(context, camera, clip.joints.values, span, css(theme.ghostRgb, 0.75), [4, 4]);
    if (poses.made)
      paintPath(context, camera, made.joints.values, span, css(theme.accentRgb, 0.75), []);
    if (poses.other)
      paintPath(context, camera, other.joints.values, span, css(theme.otherRgb, 0.75), [1, 4]);
    paintShadow(context, camera, poses.made ?? poses.original ?? poses.other, theme);
    const outline = (pose) => bodyParts(pose).filter((part) => part.kind !== "badge");
    if (overlay)
      paintSilhouette(context, camera, outline(poses.original), theme.ghostRgb, theme, layer);
    if (overlay && poses.other)
      paintSilhouette(context, camera, outline(poses.other), theme.otherRgb, theme, layer);
    const errors = (joint) => made.errors.values[frame * JOINTS + joint];
    if (poses.made) paintParts(context, camera, solidParts(poses.made, errors), theme);
    else
      paintParts(
        context,
        camera,
        solidParts(
          poses.original ?? poses.other,
          null,
          poses.other ? theme.otherRgb : theme.ghostRgb,
        ),
        theme,
      );
  }

  const draw = oncePerFrame(() => {
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    if (!clip || made?.joints?.shape[0] !== clip.frames) return;
    if (!theme) readTheme();
    const position = clock.shown * clip.fps;
    camera.target = centres[Math.round(Math.min(clip.frames - 1, position))];
    const high = Math.min(
      height,
      mode === "split" ? (width * 1.6) / columns().length : width * 1.1,
    );
    if (mode === "split") {
      const views = columns();
      const wide = width / views.length;
      views.forEach(([, view], side) => {
        context.save();
        context.beginPath();
        context.rect(side * wide, 0, wide, height);
        context.clip();
        camera.aim((side + 0.5) * wide, height * 0.52, high);
        paintScene(context, view, position);
        context.restore();
        context.fillStyle = theme.line;
        if (side) context.fillRect(side * wide - 0.5, 0, 1, height);
      });
    } else {
      camera.aim(width / 2, height * 0.52, high);
      paintScene(context, mode === "overlay" ? "all" : "made", position);
    }
  });

  orbitWithPointers(canvas, camera, draw);
  canvas.addEventListener("keydown", (event) => {
    const turn = {
      ArrowLeft: [-12, 0],
      ArrowRight: [12, 0],
      ArrowUp: [0, 12],
      ArrowDown: [0, -12],
    }[event.key];
    if (turn && event.altKey) camera.orbit(...turn);
    else if (event.key === "+") camera.zoomBy(1.15);
    else if (event.key === "-") camera.zoomBy(1 / 1.15);
    else return;
    event.preventDefault();
    draw();
  });

  studio.on("clip", (payload) => {
    clip = payload.parts === "joints" ? payload : null;
    if (!clip) return;
    centres = smoothPath(clip.joints.values, clip.frames, clip.fps);
    draw();
  });
  studio.on("reconstruction", (payload) => {
    made = payload;
    draw();
  });
  studio.on("compared", (payload) => {
    other = payload.words ? payload : null;
    showTags();
    draw();
  });
  clock.onChange(draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  onResize(canvas, draw);
  return { element, tools };
}
