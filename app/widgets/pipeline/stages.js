// The stages of the flow as elements, and what is drawn in each at a step.

import { codeColour, css, inkOn, liveTheme } from "../shared/colour.js";
import { fitCanvas, h, setText } from "../shared/dom.js";
import { figure } from "../shared/figure.js";
import { amount } from "../shared/units.js";
import { column, drawWalk, largest, mosaic } from "./drawings.js";
import { DROPPED, long, walkAt } from "./words.js";

/** @import { Studio } from "../shared/store.js" */

/** @typedef {{ element: HTMLElement, draw: (step: number, count: number, lit: number | null) => void }} Stage */

/**
 * @param {Studio} studio
 * @param {{ point: (stage: number) => void, leave: () => void }} acts
 */
export function makeStages(studio, { point, leave }) {
  const theme = liveTheme(() => {});
  const count = studio.views.tokens.layers.length;
  const rows = Array.from({ length: count }, (_, layer) => layerStage(studio, layer));
  const [frames, latent] = [framesStage(studio, theme), latentStage(studio, theme)];
  const [sum, body] = [sumStage(studio, theme), bodyStage(studio, theme)];
  const all = [frames, latent, ...rows, sum, body];
  all.forEach(({ element }, stage) => {
    element.addEventListener("pointerenter", () => point(stage));
    element.addEventListener("focus", () => point(stage));
    element.addEventListener("click", () => point(stage));
    element.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") leave();
    });
    element.addEventListener("blur", leave);
  });
  const titled = (/** @type {string} */ name, /** @type {HTMLElement[]} */ ...inside) =>
    h("div", { class: "pipeline-column" }, h("span", { class: "label" }, name), ...inside);
  return {
    elements: all.map(({ element }) => element),
    columns: [
      titled("Frames", frames.element),
      titled("Latent", latent.element),
      titled("Codes, and what is left", ...rows.map(({ element }) => element)),
      titled("Sum, tip to tail", sum.element),
      titled("Body", body.element),
    ],
    draw: (/** @type {number} */ step, /** @type {number} */ built, /** @type {number | null} */ lit) => {
      for (const one of all) one.draw(step, built, lit);
    },
  };
}

/** @typedef {ReturnType<typeof liveTheme>} Theme */

/** A button with a drawing and a caption under it. */
function picture(/** @type {string} */ name) {
  const canvas = h("canvas", {});
  const note = h("span", { class: "note" });
  return { canvas, note, element: h("button", { type: "button", class: `stage-box ${name}`, "aria-label": name }, canvas, note) };
}

/**
 * @param {Studio} studio
 * @param {Theme} theme
 * @returns {Stage}
 */
function framesStage(studio, theme) {
  const { canvas, note, element } = picture("Frames");
  return {
    element,
    draw(step) {
      const { clip, latent } = studio.views;
      const { context, width, height } = fitCanvas(canvas);
      context.clearRect(0, 0, width, height);
      const first = step * clip.ratio;
      const shown = Math.min(clip.ratio, clip.frames - first);
      for (let at = 0; at < shown; at++) {
        const share = (at + 1) / (shown + 1);
        if (clip.parts === "joints")
          figure(context, clip.joints, first + at, latent?.bones ?? [], {
            x: width * (0.15 + 0.7 * share),
            high: height,
            colour: css(theme.ghostRgb, 0.35 + 0.65 * share),
          });
        else
          column(context, clip.channels, first + at, {
            x: (at * width) / shown,
            wide: width / shown - 3,
            high: height,
            rgb: theme.ghostRgb,
            ground: theme.panelRgb,
          });
      }
      setText(note, `${first} to ${first + shown - 1}`);
    },
  };
}

/**
 * @param {Studio} studio
 * @param {Theme} theme
 * @returns {Stage}
 */
function latentStage(studio, theme) {
  const { canvas, note, element } = picture("Latent");
  return {
    element,
    draw(step) {
      const { latent, pipeline } = studio.views;
      if (!latent || !pipeline) return;
      const [, width] = latent.latent.shape;
      const from = (step - latent.first) * width;
      mosaic(canvas, latent.latent.values.subarray(from, from + width), theme);
      setText(note, `${width} numbers, ${long(walkAt(pipeline, step).length)} long`);
    },
  };
}

/**
 * @param {Studio} studio
 * @param {number} layer
 * @returns {Stage}
 */
function layerStage(studio, layer) {
  const chip = h("span", { class: "code-chip" });
  const [came, left] = [h("i", { class: "came" }), h("i", { class: "left" })];
  const number = h("span", { class: "left-number" });
  const element = h(
    "button",
    { type: "button", class: "stage-box layer-stage", "aria-label": `Layer ${layer + 1}` },
    h("span", { class: "layer-number" }, String(layer + 1)),
    chip,
    h("span", { class: "left-bar" }, came, left),
    number,
  );
  return {
    element,
    draw(step, built) {
      const { tokens, clip, checkpoint, pipeline } = studio.views;
      if (!pipeline) return;
      const code = tokens.codes.values[layer * clip.steps + step];
      const isOn = tokens.layers[layer] && code !== DROPPED;
      const size = checkpoint.num_embeddings;
      const colour = isOn && layer < built ? codeColour(checkpoint.order.values[layer * size + code] / (size - 1)) : null;
      setText(chip, code === DROPPED ? "dropped" : tokens.layers[layer] ? String(code) : "off");
      chip.style.background = colour ? css(colour) : "none";
      chip.style.color = colour ? inkOn(colour) : "var(--ink-soft)";
      const walk = walkAt(pipeline, step);
      const most = Math.max(walk.length, ...walk.left, 1e-9);
      came.style.width = `${(100 * walk.left[layer]) / most}%`;
      left.style.width = `${(100 * walk.left[layer + 1]) / most}%`;
      setText(number, long(walk.left[layer + 1]));
      element.classList.toggle("unbuilt", layer >= built);
    },
  };
}

/**
 * @param {Studio} studio
 * @param {Theme} theme
 * @returns {Stage}
 */
function sumStage(studio, theme) {
  const { canvas, note, element } = picture("Sum");
  /** @type {unknown} */
  let measured = null;
  let scale = 1;
  return {
    element,
    draw(step, built, lit) {
      const { pipeline } = studio.views;
      if (!pipeline) return;
      if (measured !== pipeline) {
        measured = pipeline;
        scale = Math.max(largest(pipeline.walk.values), largest(pipeline.length.values));
      }
      const { points, length, left } = walkAt(pipeline, step);
      drawWalk(canvas, { points: points.slice(0, built + 1), length, scale, lit: lit === null ? null : lit - 2 }, theme);
      setText(note, `${built} of ${points.length - 1} codes: ${long(left[built])} short`);
    },
  };
}

/**
 * @param {Studio} studio
 * @param {Theme} theme
 * @returns {Stage}
 */
function bodyStage(studio, theme) {
  const { canvas, note, element } = picture("Body");
  return {
    element,
    draw() {
      const { clip, reconstruction: made, latent, sweep } = studio.views;
      const { context, width, height } = fitCanvas(canvas);
      context.clearRect(0, 0, width, height);
      const frame = Math.max(0, Math.min(clip.frames - 1, Math.round(studio.clock.shown * clip.fps)));
      if (clip.parts === "joints" && made.joints) {
        const bones = latent?.bones ?? [];
        const decoded = studio.preview?.joints ?? made.joints;
        const look = { x: width / 2, high: height };
        figure(context, clip.joints, frame, bones, { ...look, colour: css(theme.ghostRgb, 0.45), wide: 5 });
        figure(context, decoded, frame, bones, { ...look, colour: theme.accent });
      } else if (clip.parts === "channels" && made.channels) {
        const look = { wide: width / 2 - 3, high: height, ground: theme.panelRgb };
        column(context, clip.channels, frame, { ...look, x: 0, rgb: theme.ghostRgb });
        column(context, made.channels, frame, { ...look, x: width / 2, rgb: theme.accentRgb });
      }
      const error = studio.preview ? sweep?.errors[studio.preview.count - 1] : made.mean_error;
      setText(note, `${amount(error ?? made.mean_error, made.unit)} ${made.unit === "mm" ? "mm" : ""} in the mean`);
    },
  };
}
