// The open clip through each compared checkpoint: bodies in step at the one time cursor, and their tokens.

import { codeColour, css, liveTheme } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, setText, whileSeen } from "../shared/dom.js";
import { figure } from "../shared/figure.js";
import { measured } from "../shared/units.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { Theme } from "../shared/colour.js"
 * @import { View } from "../shared/types.js"
 */

/** @typedef {View<"compare_bodies">} Bodies */
/** @typedef {ReturnType<typeof makeCard>} Card */

const HIGH = 13; // pixels of a row of tokens

export function comparedBodies(/** @type {Studio} */ studio) {
  const note = h("p", { class: "note" });
  const grid = h("div", { class: "compared-grid" });
  const element = h("div", { class: "whole-row compared-bodies", hidden: true }, h("h3", {}, "This clip, in step"), note, grid);
  const theme = liveTheme(() => drawAll());
  /** @type {Bodies | null} */
  let view = null;
  /** @type {Card[]} */
  let cards = [];

  const drawBodies = whileSeen(
    element,
    oncePerFrame(() => {
      const { clip } = studio.views;
      if (!view || clip.parts !== "joints" || view.frames !== clip.frames) return;
      const frame = Math.max(0, Math.min(clip.frames - 1, Math.round(studio.clock.shown * clip.fps)));
      cards.forEach(({ stage, now }, at) => {
        const { bones, bodies } = /** @type {Bodies} */ (view);
        const { context, width, height } = fitCanvas(stage);
        context.clearRect(0, 0, width, height);
        const look = { x: width / 2, high: height };
        figure(context, clip.joints, frame, bones, { ...look, colour: css(theme.ghostRgb, 0.45), wide: 7 });
        figure(context, bodies[at].joints, frame, bones, { ...look, colour: theme.joints[at], wide: 3.2 });
        setText(now, `${bodies[at].errors.values[frame].toFixed(1)} now, ${mean(bodies[at].errors.values).toFixed(1)} in the mean`);
      });
    }),
  );

  function drawAll() {
    drawBodies();
    cards.forEach(({ tokens }, at) => view && drawTokens(tokens, view.bodies[at], theme));
  }

  studio.on("compare_bodies", (payload) => {
    view = payload;
    element.hidden = !view.bodies.length;
    const [first, ...others] = view.bodies;
    const framed = others.some(({ differs }) => differs) ? ` Framed tokens are not those of ${first.title}.` : "";
    setText(
      note,
      `Errors in ${measured({ unit: "mm", alignment: view.alignment })}; the pale figure is the original.${framed}`,
    );
    cards = view.bodies.map(makeCard);
    grid.replaceChildren(...cards.map(({ card }) => card));
    drawAll();
  });
  studio.clock.onChange(drawBodies);
  onResize(grid, drawAll);
  return element;
}

function makeCard(/** @type {Bodies["bodies"][number]} */ { title, shades: { shape }, differs }, /** @type {number} */ at) {
  const stage = h("canvas", { class: "compared-stage", role: "img", "aria-label": `${title}: the decoded body over the original` });
  const tokens = h("canvas", { class: "compared-tokens", role: "img", style: `height: ${shape[0] * HIGH}px` });
  const now = h("span", { class: "note" });
  const words = said(differs?.values, at);
  tokens.setAttribute("aria-label", `Tokens of ${title}: ${words}`);
  const card = h("article", { class: "compared-card" }, h("h4", {}, title), stage, now, tokens, h("p", { class: "note", "data-differs": at }, words));
  return { card, stage, tokens, now };
}

function said(/** @type {ArrayLike<number> | undefined} */ differs, /** @type {number} */ at) {
  if (at === 0) return "what the others’ tokens are held against";
  if (!differs) return "codebooks of its own, in which the same number is another code";
  return `${Array.from(differs).filter(Boolean).length} of ${differs.length} tokens differ`;
}

const mean = (/** @type {ArrayLike<number>} */ values) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Bodies["bodies"][number]} body
 * @param {Theme} theme
 */
function drawTokens(canvas, { shades: { shape, values }, differs }, theme) {
  const { context, width } = fitCanvas(canvas);
  const [layers, steps] = shape;
  const wide = width / steps;
  context.clearRect(0, 0, width, layers * HIGH);
  for (let layer = 0; layer < layers; layer++)
    for (let step = 0; step < steps; step++) {
      const at = layer * steps + step;
      context.fillStyle = css(codeColour(values[at] / 255));
      context.fillRect(step * wide, layer * HIGH, Math.max(0.5, wide - 0.8), HIGH - 1.5);
      if (!differs?.values[at]) continue;
      context.strokeStyle = theme.edited;
      context.lineWidth = 2;
      context.strokeRect(step * wide + 1, layer * HIGH + 1, Math.max(1, wide - 2.8), HIGH - 3.5);
    }
}
