// The blast radius of the latest edit: frames by joints, or by channels, in what the decoder lets it reach.

import { onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { timeScale } from "../shared/timeaxis.js";
import { CHANNELS_MOVED } from "./channels.js";
import { heatScale } from "./heat.js";
import { JOINTS_MOVED } from "./joints.js";

const MOVED = { joints: JOINTS_MOVED, channels: CHANNELS_MOVED };

export function mountBlast(studio, frame) {
  let theme = null;
  const canvas = h("canvas", { class: "picture", role: "img", "aria-label": "Blast radius" });
  const empty = h("p", { class: "empty" });
  const element = h("div", { class: "plot" }, canvas, empty);
  const note = h("span", {});
  const key = h("span", { class: "heat-key", hidden: true });
  const pointed = h("span", { class: "pointed" });
  const tools = h("span", { class: "note moved-tools" }, pointed, note, key);

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
    key.hidden = !blast.frames;
    if (!blast.frames) return;
    const scaleBar = h("i", { style: `background:${heatScale(theme)}` });
    key.replaceChildren("0 ", scaleBar, ` ${MOVED[clip.parts].top(blast)}`);
    context.font = "11px ui-sans-serif, system-ui, sans-serif";
    context.textBaseline = "middle";
    const scale = timeScale(frame, studio.range);
    canvas.setAttribute(
      "aria-label",
      MOVED[clip.parts].paint(context, { clip, blast, scale, height, theme }),
    );
  });

  /** Name what the pointer is on; the frame is that of the time cursor, which follows the pointer. */
  function name(event) {
    const { blast, clip } = studio.views;
    if (element.hidden || !blast?.frames) return;
    const box = canvas.getBoundingClientRect();
    const at = Math.round(studio.clock.shown * clip.fps);
    setText(pointed, MOVED[clip.parts].pointed({ clip, blast }, event.clientY - box.top, box.height, at));
  }

  studio.on("clip", ({ parts }) => setText(note, MOVED[parts].note));
  frame.addEventListener("pointermove", name);
  frame.addEventListener("pointerleave", () => setText(pointed, ""));
  for (const view of ["blast", "clip", "range"]) studio.on(view, draw);
  onResize(frame, draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  return { element, tools, draw };
}
