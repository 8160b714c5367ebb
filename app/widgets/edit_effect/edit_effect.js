// What the latest edit moved: frames by joints, or by channels, in what the decoder lets it reach.

import { liveTheme } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { timeScale } from "../shared/timeaxis.js";
import { channelsMoved } from "./channels.js";
import { heatScale } from "./heat.js";
import { jointsMoved } from "./joints.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { Studio } from "../shared/store.js"
 * @import { TimeScale } from "../shared/timeaxis.js"
 * @import { Clip, View } from "../shared/types.js"
 */

/**
 * @typedef {object} Moved what an edit moved, to be drawn
 * @property {string} top of the scale, in words
 * @property {(context: CanvasRenderingContext2D, place: Place) => string} paint returns the picture in words
 * @property {(y: number, height: number, frame: number) => string} pointed what is at a height of the picture in a
 *   frame, in words; "" where nothing is
 *
 * @typedef {{ scale: TimeScale, height: number, theme: Theme }} Place where it is drawn
 */

/**
 * @param {Clip} clip
 * @param {View<"edit_effect">} effect
 * @returns {Moved | null} null where nothing moved
 */
function movedOf(clip, effect) {
  if (clip.parts === "joints") return effect.pose_mm ? jointsMoved(clip, effect) : null;
  return effect.moved ? channelsMoved(clip, effect) : null;
}

export function mountEditEffect(/** @type {Studio} */ studio, /** @type {HTMLElement} */ frame) {
  const theme = liveTheme(() => draw());
  const canvas = h("canvas", { class: "picture", role: "img", "aria-label": "Edit effect" });
  const empty = h("p", { class: "empty" });
  const element = h("div", { class: "plot" }, canvas, empty);
  const note = h("span", {});
  const key = h("span", { class: "heat-key", hidden: true });
  const pointed = h("span", { class: "pointed" });
  const tools = h("span", { class: "note moved-tools" }, pointed, note, key);

  const draw = oncePerFrame(() => {
    const { edit_effect: effect, clip } = studio.views;
    if (element.hidden || !effect || !clip) return;
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    empty.hidden = Boolean(effect.frames);
    empty.textContent = effect.words
      ? `${effect.words}: nothing moved.`
      : `Edit a token: the frames and ${clip.parts} that move are drawn here.`;
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
    key.hidden = !effect.frames;
    if (!effect.frames) return;
    const moved = movedOf(clip, effect);
    if (!moved) return;
    const scaleBar = h("i", { style: `background:${heatScale(theme)}` });
    key.replaceChildren("0 ", scaleBar, ` ${moved.top}`);
    context.font = "11px ui-sans-serif, system-ui, sans-serif";
    context.textBaseline = "middle";
    const scale = timeScale(frame, studio.range);
    canvas.setAttribute("aria-label", moved.paint(context, { scale, height, theme }));
  });

  /** Name what the pointer is on; the frame is that of the time cursor, which follows the pointer. */
  function name(/** @type {PointerEvent} */ event) {
    const { edit_effect: effect, clip } = studio.views;
    const moved = element.hidden || !effect ? null : movedOf(clip, effect);
    if (!moved) return;
    const box = canvas.getBoundingClientRect();
    const at = Math.round(studio.clock.shown * clip.fps);
    setText(pointed, moved.pointed(event.clientY - box.top, box.height, at));
  }

  studio.on("clip", ({ parts }) =>
    setText(
      note,
      `${parts === "joints" ? "pose" : "channels"} moved by the latest edit; brackets: exact reach`,
    ),
  );
  frame.addEventListener("pointermove", name);
  frame.addEventListener("pointerleave", () => setText(pointed, ""));
  for (const view of /** @type {const} */ (["edit_effect", "clip", "range"])) studio.on(view, draw);
  onResize(frame, draw);
  return { element, tools, draw };
}
