// The pelvis' path seen from above: original dashed, reconstruction solid, both now as dots.

import { drawGrid, drawLines } from "../shared/axes.js";
import { liveTheme } from "../shared/colour.js";
import { fitCanvas, h, measure, oncePerFrame, onResize, setText, whileSeen } from "../shared/dom.js";
import { metresApart } from "../player/hold.js";
import { followMoments } from "../shared/timeaxis.js";
import { reference } from "../shared/reference.js";

/**
 * @import { Line } from "../shared/axes.js"
 * @import { Studio } from "../shared/store.js"
 * @import { NumberArray } from "../shared/types.js"
 */

const MARGIN = { l: 46, r: 14, t: 8, b: 34 };
// Of the original, of the reconstruction, of B.
const STYLES = [{ width: 1.6, dash: [4, 3] }, { width: 2 }, { width: 2, dash: [1, 3] }];
const LEAST_SPAN = 0.6; // metres, so that standing still does not look like travel

/** The pelvis, which comes first, along an axis. */
function column(
  /** @type {NumberArray} */ { shape: [frames, joints], values },
  /** @type {number} */ axis,
) {
  const out = new Float32Array(frames);
  for (let i = 0; i < frames; i++) out[i] = values[i * joints * 3 + axis];
  return out;
}

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @typedef {{ wide: number, high: number, x: [number, number], z: [number, number] }} Bounds */

  /** @type {Bounds | null} */
  let bounds = null;
  const canvas = h("canvas", {
    class: "picture",
    role: "img",
    "aria-label": "Path of the pelvis from above; original dashed, reconstruction solid",
  });
  const dots = ["original", "made"].map((name) => h("i", { class: `dot ${name}`, hidden: true }));
  const frame = h("div", { class: "path-frame" }, canvas, ...dots);
  const drift = h("span", { class: "note" });
  place.append(h("div", { class: "panel-head" }, h("h2", {}, "Path from above"), drift), frame);
  studio.on("clip", ({ parts }) => {
    place.hidden = parts !== "joints";
    canvas.setAttribute(
      "aria-label",
      `Path of the pelvis from above; ${reference(studio)} dashed, reconstruction solid`,
    );
  });

  /**
   * Ranges that hold both paths with metres equally long on both axes.
   *
   * @param {Float32Array[]} xs
   * @param {Float32Array[]} zs
   * @returns {Bounds}
   */
  function fit(xs, zs) {
    const { width, height } = measure(canvas);
    const wide = Math.max(1, width - MARGIN.l - MARGIN.r);
    const high = Math.max(1, height - MARGIN.t - MARGIN.b);
    const span = (/** @type {Float32Array[]} */ values) => [
      Math.min(...values.map((one) => one.reduce((a, b) => Math.min(a, b)))),
      Math.max(...values.map((one) => one.reduce((a, b) => Math.max(a, b)))),
    ];
    const [[x0, x1], [z0, z1]] = [span(xs), span(zs)];
    const perPixel = Math.max(
      Math.max(LEAST_SPAN, (x1 - x0) * 1.15) / wide,
      Math.max(LEAST_SPAN, (z1 - z0) * 1.15) / high,
    );
    const [cx, cz] = [(x0 + x1) / 2, (z0 + z1) / 2];
    return {
      wide,
      high,
      x: [cx - (perPixel * wide) / 2, cx + (perPixel * wide) / 2],
      z: [cz - (perPixel * high) / 2, cz + (perPixel * high) / 2],
    };
  }

  const theme = liveTheme(() => draw());
  const draw = whileSeen(
    frame,
    oncePerFrame(() => {
      const motions = shownMotions();
      if (!motions || !measure(canvas).width) return;
      const other = studio.views.compared?.joints;
      const lines = [...motions, ...(other ? [other] : [])].map((joints, order) => ({
        x: column(joints, 0),
        y: column(joints, 2),
        colour: [theme.soft, theme.accent, theme.other][order],
        ...STYLES[order],
      }));
      const [original, made] = lines;
      bounds = fit([original.x, made.x], [original.y, made.y]);
      paint(lines, bounds);
      placeDots();
    }),
  );

  function paint(/** @type {Line[]} */ lines, /** @type {Bounds} */ { x, z, wide, high }) {
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    // Seen from above with z up the page, x (the body's left at the start) points to the left.
    /** @type {[number, number]} */
    const leftwards = [x[1], x[0]];
    const box = { left: MARGIN.l, top: MARGIN.t, width: wide, height: high };
    drawGrid(context, box, { x: leftwards, y: z, most: [5, 5], theme });
    drawLines(context, box, leftwards, z, lines);
    context.textAlign = "center";
    context.fillText("x m", MARGIN.l + wide / 2, height - 8);
    context.translate(10, MARGIN.t + high / 2);
    context.rotate(-Math.PI / 2);
    context.fillText("z m", 0, 0);
    Object.assign(canvas, { picture: { x: leftwards, y: z, lines } });
  }

  onResize(frame, draw);

  /** Original and reconstruction, where both are of the open clip. */
  function shownMotions() {
    const { clip, reconstruction: made } = studio.views;
    if (clip?.parts !== "joints" || made?.joints?.shape[0] !== clip.frames) return null;
    return [clip.joints, made.joints];
  }

  function tellDrift() {
    const motions = shownMotions();
    if (!motions) return;
    const apart = metresApart(motions[0], motions[1], motions[0].shape[0] - 1);
    setText(drift, `ends ${(1000 * apart).toFixed(0)} mm apart`);
  }

  /**
   * Where a frame of a path lies in the picture, pixels.
   *
   * @param {NumberArray} joints
   * @param {number} at
   * @param {Bounds} bounds
   */
  function spot({ shape, values }, at, { x, z, wide, high }) {
    const [px, pz] = [0, 2].map((axis) => values[at * shape[1] * 3 + axis]);
    return [
      MARGIN.l + ((x[1] - px) / (x[1] - x[0])) * wide,
      MARGIN.t + ((z[1] - pz) / (z[1] - z[0])) * high,
    ];
  }

  /** Seconds at which either path passes nearest to the pointer. */
  function momentAt(/** @type {PointerEvent} */ event) {
    const motions = shownMotions();
    if (!bounds || !motions) return studio.clock.time;
    const box = frame.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    let [nearest, least] = [0, Infinity];
    for (const joints of motions)
      for (let at = 0; at < joints.shape[0]; at++) {
        const [x, y] = spot(joints, at, bounds);
        const away = Math.hypot(x - left, y - top);
        if (away < least) [nearest, least] = [at, away];
      }
    return nearest / studio.views.clip.fps;
  }

  function placeDots() {
    const motions = shownMotions();
    if (!bounds || !motions) return;
    const { frames, fps } = studio.views.clip;
    const at = Math.round(Math.min(frames - 1, studio.clock.shown * fps));
    for (const [index, joints] of motions.entries()) {
      const [px, py] = spot(joints, at, bounds);
      dots[index].hidden = false;
      dots[index].style.transform = `translate(${px}px, ${py}px)`;
    }
  }

  for (const view of /** @type {const} */ (["clip", "reconstruction"])) {
    studio.on(view, tellDrift);
    studio.on(view, draw);
  }
  studio.on("compared", draw);
  studio.clock.onChange(placeDots);
  followMoments(frame, studio.clock, momentAt);
}
