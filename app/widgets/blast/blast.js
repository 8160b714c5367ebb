// The blast radius of the latest edit: frames by joints, or by channels, in what the decoder lets it reach.

import { onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { timeScale } from "../shared/timeaxis.js";
import { CHANNEL_NOTE, paintChannels } from "./channels.js";
import { JOINT_NOTE, paintJoints } from "./joints.js";

const PAINT = { joints: paintJoints, channels: paintChannels };
const NOTES = { joints: JOINT_NOTE, channels: CHANNEL_NOTE };

export function mountBlast(studio, frame) {
  let theme = null;
  const canvas = h("canvas", { class: "picture", role: "img", "aria-label": "Blast radius" });
  const empty = h("p", { class: "empty" });
  const element = h("div", { class: "plot" }, canvas, empty);
  const tools = h("span", { class: "note" });

  const draw = oncePerFrame(() => {
    const { blast, clip } = studio.views;
    if (element.hidden || !blast || !clip) return;
    theme ??= themeColours(frame);
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    empty.hidden = Boolean(blast.frames);
    empty.textContent = blast.words
      ? `${blast.words}: nothing moved.`
      : `Edit a token: the frames and ${clip.parts} that move are drawn here.`;
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
    if (!blast.frames) return;
    context.font = "11px ui-sans-serif, system-ui, sans-serif";
    context.textBaseline = "middle";
    const scale = timeScale(frame, studio.range);
    canvas.setAttribute(
      "aria-label",
      PAINT[clip.parts](context, { clip, blast, scale, height, theme }),
    );
  });

  studio.on("clip", ({ parts }) => setText(tools, NOTES[parts]));
  for (const view of ["blast", "clip", "range"]) studio.on(view, draw);
  onResize(frame, draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  return { element, tools, draw };
}
