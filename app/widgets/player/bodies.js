// Bodies on one floor: original and reconstruction, error by colour.

import { liveTheme } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, segmented, setText } from "../shared/dom.js";
import { Reference } from "../shared/reference.js";
import { bodyOf } from "./body.js";
import { OrbitCamera } from "./camera.js";
import { closeUpChoice } from "./closeup.js";
import { fitOf, glidingPelvis, lookAtBoth, metres, metresApart, onLeash } from "./hold.js";
import { bodyLegend } from "./legend.js";
import { orbitWithPointers } from "./orbit.js";
import { whyItLooksSo } from "./said.js";
import { paintScene, posesOf } from "./scene.js";

/**
 * @import { JointsB, JointsReconstruction } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { JointsClip, Preview, Unpacked } from "../shared/types.js"
 * @import { Body } from "./body.js"
 * @import { Scene } from "./scene.js"
 */

/** @type {Partial<Record<string, number[]>>} by key, in pixels of a drag */
const TURNS = {
  ArrowLeft: [-12, 0],
  ArrowRight: [12, 0],
  ArrowUp: [0, 12],
  ArrowDown: [0, -12],
};

const MODES = [
  ["overlay", "Overlay", "Both bodies in one place; the original is the pale one"],
  ["split", "Side by side", "Original, reconstruction, and B if there is one"],
  ["single", "Decoded only", "The reconstruction alone"],
];

/** Returns {element, tools} for the player, and nothing is drawn while the clip has no joints. */
export function mountBodies(/** @type {Studio} */ studio) {
  const { clock } = studio;
  const camera = new OrbitCamera();
  let mode = "overlay";
  /** @type {JointsClip | null} */
  let clip = null;
  /** @type {Body | null} */
  let body = null;
  /** @type {Unpacked<JointsReconstruction> | null} */
  let made = null;
  /** @type {Unpacked<JointsB> | null} */
  let other = null;
  /** @type {Preview | null} */
  let preview = null;
  let fit = 1;
  const theme = liveTheme(() => draw());
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

  const drifts = h("input", { type: "checkbox", onchange: () => draw() });
  const away = h("span", { class: "drift-metres" });
  const drift = h(
    "label",
    {
      class: "check drift",
      title:
        "Show the decoded body where it went; without it, its pelvis is held on the other's. Beside it: how far it is from there at this moment.",
    },
    drifts,
    "drift",
    away,
  );
  const said = h("p", { class: "stage-said", hidden: true });
  const legend = bodyLegend(studio);
  const close = closeUpChoice(() => draw());
  const asChannels = h(
    "button",
    {
      type: "button",
      title: "This skeleton was found in the data, or described; show the features as they are",
      onclick: () => studio.command("show_as_channels"),
    },
    "As channels",
  );
  const tools = [modes, close.element, asChannels, drift, legend.element];
  const element = h("div", { class: "stage-frame" }, canvas, tags, said);

  /** What stands side by side: [label, which body]. */
  const columns = () => [
    [Reference(studio), "original"],
    [other ? "A" : "Reconstruction", "made"],
    ...(other ? [[`B: ${other.words}`, "other"]] : []),
  ];

  function showTags() {
    tags.hidden = mode !== "split";
    tags.replaceChildren(...columns().map(([label]) => h("span", {}, label)));
    legend.showB(Boolean(other));
  }

  /** Point the camera at a column's body, or at all of them, or closely at a part of one. */
  function follow(/** @type {Scene} */ scene, /** @type {string} */ view, /** @type {number} */ frame) {
    const { clip: here, joints } = scene.shown;
    if (close.aim(camera, posesOf(scene, view))) return;
    const centre = glidingPelvis(here.joints, here.fps, frame);
    camera.target = centre;
    camera.fit = view === "original" ? 1 : fit;
    if (!drifts.checked || view === "original") return;
    const drifted = (view === "other" && other?.joints) || joints;
    const there = onLeash(glidingPelvis(drifted, here.fps, frame), drifted, frame);
    if (view === "all") lookAtBoth(camera, there, centre, fit);
    else camera.target = there;
  }

  const draw = oncePerFrame(() => {
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    if (!clip || !body || made?.joints.shape[0] !== clip.frames) return;
    const joints = preview?.joints.shape[0] === clip.frames ? preview.joints : made.joints;
    const position = clock.shown * clip.fps;
    const shown = { clip, made, joints };
    const scene = { shown, body, position, other: other?.joints ?? null, drifts: drifts.checked };
    const frame = Math.round(Math.min(clip.frames - 1, position));
    setText(away, metres(metresApart(joints, clip.joints, frame)));
    const isSplit = mode === "split";
    const views = isSplit ? columns().map(([, view]) => view) : [mode === "overlay" ? "all" : "made"];
    const wide = width / views.length;
    const high = Math.min(height, isSplit ? 1.6 * wide : 1.1 * wide);
    views.forEach((view, side) => {
      context.save();
      context.beginPath();
      context.rect(side * wide, 0, wide, height);
      context.clip();
      follow(scene, view, frame);
      camera.aim((side + 0.5) * wide, height * 0.52, high);
      paintScene(context, camera, theme, layer, scene, view);
      context.restore();
      context.fillStyle = theme.line;
      if (side) context.fillRect(side * wide - 0.5, 0, 1, height);
    });
  });

  orbitWithPointers(canvas, camera, draw);
  canvas.addEventListener("keydown", (event) => {
    const turn = TURNS[event.key];
    if (turn && event.altKey) camera.orbit(turn[0], turn[1]);
    else if (event.key === "+") camera.zoomBy(1.15);
    else if (event.key === "-") camera.zoomBy(1 / 1.15);
    else return;
    event.preventDefault();
    draw();
  });

  studio.on("clip", (payload) => {
    clip = payload.parts === "joints" ? payload : null;
    if (!clip) return;
    body = bodyOf(clip);
    close.offer(clip.skeleton.close_ups);
    asChannels.hidden = !clip.skeleton.described;
    draw();
  });
  function measure() {
    const joints = studio.preview?.joints ?? made?.joints;
    if (!joints || !clip || joints.shape[0] !== clip.frames) return;
    fit = fitOf(joints);
    draw();
  }
  studio.on("reconstruction", (payload) => {
    made = payload.joints ? payload : null;
    measure();
  });
  studio.on("preview", (shown) => {
    preview = shown;
    measure();
  });
  studio.on("tokens", (tokens) => {
    setText(said, whyItLooksSo(tokens));
    said.hidden = !said.textContent;
  });
  studio.on("compared", (payload) => {
    other = payload.joints ? payload : null;
    showTags();
    draw();
  });
  clock.onChange(draw);
  onResize(canvas, draw);
  return { element, tools };
}
