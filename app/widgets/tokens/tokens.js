// The token grid: one row a layer, one column a step of the clip, under the same time axis as the plots.

import { liveTheme } from "../shared/colour.js";
import { fitCanvas, h, one, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { timeScale } from "../shared/timeaxis.js";
import { DROPPED, drawCell, drawRuler, drawSelection, RULER, typeThatFits } from "./cells.js";
import { gridKeys } from "./keys.js";
import { gridSpeech } from "./speech.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { Cell, View } from "../shared/types.js"
 */

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {View<"tokens">} */
  let tokens;
  /** @type {View<"checkpoint">} */
  let checkpoint;
  const theme = liveTheme(() => draw());
  /** @type {Cell | null} */
  let pointed = null;
  /** @type {{ anchor: Cell | null, head: Cell | null, time: number } | null} */
  let before = null; // what a touch found, and gives back if it turns into scrolling the page
  const canvas = h("canvas", {
    class: "grid",
    tabindex: "0",
    role: "grid",
    "aria-multiselectable": "true",
  });
  const cursor = h("div", { class: "time-cursor", hidden: true });
  const status = one(document, "#studio [data-group=tokens] [data-slot=token]");
  place.append(canvas, cursor);

  const scale = () => timeScale(place, studio.range);
  const isCurrent = () =>
    studio.views.clip && tokens && checkpoint && tokens.codes.shape[1] === studio.views.clip.steps;
  const stepAt = (/** @type {number} */ seconds) => {
    const { fps, ratio, steps } = studio.views.clip;
    return Math.max(0, Math.min(steps - 1, Math.floor((seconds * fps + 0.5) / ratio)));
  };
  const edgeOf = (/** @type {(seconds: number) => number} */ x) => (/** @type {number} */ step) =>
    x((step * studio.views.clip.ratio - 0.5) / studio.views.clip.fps);

  function cellAt(/** @type {PointerEvent} */ event) {
    const box = canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    if (!isCurrent() || px < scale().left) return null;
    const layers = tokens.codes.shape[0];
    const layer = Math.floor(((py - RULER) / (box.height - RULER)) * layers);
    return {
      layer: Math.max(0, Math.min(layers - 1, layer)),
      step: stepAt(scale().seconds(px)),
      ruler: py < RULER,
    };
  }

  const draw = oncePerFrame(() => {
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    if (!isCurrent()) return;
    const [layers, steps] = tokens.codes.shape;
    const { x, left } = scale();
    const edge = edgeOf(x);
    const cell = edge(1) - edge(0);
    const type = typeThatFits(context, cell, checkpoint.num_embeddings);
    const geometry = { edge, cell, row: (height - RULER) / layers, type };
    const first = stepAt(studio.range.from);
    const last = Math.min(steps - 1, stepAt(studio.range.to));
    context.save();
    context.beginPath();
    context.rect(left - 1, 0, width - left + 1, height);
    context.clip();
    drawRuler(context, theme, geometry, first, last);
    for (let layer = 0; layer < layers; layer++)
      for (let step = first; step <= last; step++) drawCell(context, theme, geometry, cellOf(layer, step));
    if (studio.selection.region) drawSelection(context, theme, geometry, studio.selection.region);
    context.restore();
    place.dataset.drawn = String(Number(place.dataset.drawn ?? 0) + 1);
  });

  /** What is drawn of a cell. */
  function cellOf(/** @type {number} */ layer, /** @type {number} */ step) {
    const at = layer * tokens.codes.shape[1] + step;
    const code = tokens.codes.values[at];
    const lit = studio.preview ? layer < studio.preview.count : tokens.layers[layer];
    const size = checkpoint.num_embeddings;
    return {
      layer,
      step,
      code,
      share: code === DROPPED ? null : checkpoint.order.values[layer * size + code] / (size - 1),
      isOn: lit && code !== DROPPED,
      isEdited: code !== studio.views.clip.tokens.values[at],
      isPointed: pointed?.layer === layer && pointed.step === step,
    };
  }

  function placeCursor() {
    const { x: across, left, right } = scale();
    const x = across(studio.clock.shown);
    cursor.hidden = !studio.views.clip || x < left - 1 || x > right;
    cursor.style.transform = `translateX(${x}px)`;
  }

  function describe() {
    if (!isCurrent()) return;
    const [layers, steps] = tokens.codes.shape;
    if (pointed) {
      const at = pointed.layer * steps + pointed.step;
      const [code, was] = [tokens.codes.values[at], studio.views.clip.tokens.values[at]];
      setText(
        status,
        `layer ${pointed.layer + 1}, step ${pointed.step}: ${code === DROPPED ? "dropped" : `code ${code}`}${code === was ? "" : `, was ${was}`}`,
      );
    } else {
      const step = stepAt(studio.clock.shown);
      const column = Array.from({ length: layers }, (_, layer) =>
        tokens.layers[layer] && tokens.codes.values[layer * steps + step] >= 0
          ? tokens.codes.values[layer * steps + step]
          : "–",
      );
      setText(status, `step ${step}: ${column.join(" ")}`);
    }
  }

  /** While time stands still it follows the selection; while it runs, editing leaves it running. */
  function lookAt(/** @type {number} */ step) {
    const { ratio, fps } = studio.views.clip;
    if (!studio.clock.playing) studio.clock.seek((step * ratio) / fps);
    studio.reveal((step * ratio) / fps);
  }

  canvas.addEventListener("pointerdown", (event) => {
    const cell = cellAt(event);
    if (event.button !== 0 || !cell) return;
    canvas.setPointerCapture(event.pointerId);
    before = { ...studio.selection.ends, time: studio.clock.time };
    const lastLayer = tokens.codes.shape[0] - 1;
    if (cell.ruler)
      studio.selection.set(
        {
          layer: 0,
          step:
            event.shiftKey && studio.selection.anchor ? studio.selection.anchor.step : cell.step,
        },
        { layer: lastLayer, step: cell.step },
      );
    else if (event.shiftKey) studio.selection.extend(cell);
    else studio.selection.set(cell);
    canvas.dataset.dragging = cell.ruler ? "columns" : "cells";
    lookAt(cell.step);
  });
  canvas.addEventListener("pointermove", (event) => {
    const cell = cellAt(event);
    if (canvas.hasPointerCapture(event.pointerId) && cell) {
      const layer = canvas.dataset.dragging === "columns" ? tokens.codes.shape[0] - 1 : cell.layer;
      const head = studio.selection.head;
      if (head?.layer !== layer || head.step !== cell.step)
        studio.selection.extend({ layer, step: cell.step });
    }
    pointed = cell && !cell.ruler ? cell : null;
    if (event.pointerType === "mouse" && cell)
      studio.clock.peek(scale().seconds(event.clientX - canvas.getBoundingClientRect().left));
    draw();
    describe();
  });
  canvas.addEventListener("pointerleave", () => {
    pointed = null;
    studio.clock.peek(null);
    draw();
    describe();
  });
  canvas.addEventListener("pointercancel", () => {
    if (!before) return;
    studio.selection.set(before.anchor, before.head);
    if (!studio.clock.playing) studio.clock.seek(before.time);
    before = null;
  });
  canvas.addEventListener("focus", () => {
    if (isCurrent() && !studio.selection.anchor)
      studio.selection.set({ layer: 0, step: stepAt(studio.clock.shown) });
  });
  const speech = gridSpeech(canvas, studio, () => (isCurrent() ? tokens.codes : null));
  gridKeys(canvas, studio, () => tokens.codes.shape, lookAt);

  studio.selection.onChange(() => {
    draw();
    speech.selected();
  });
  studio.on("checkpoint", (payload) => {
    checkpoint = payload;
    draw();
  });
  studio.on("clip", () => studio.selection.clear());
  studio.on("tokens", (payload) => {
    tokens = payload;
    const [layers, steps] = tokens.codes.shape;
    one(document, "#studio .token-frame").style.setProperty("--rows", String(layers));
    canvas.setAttribute(
      "aria-label",
      `Tokens, ${layers} layers by ${steps} steps. Arrow keys move, shift and arrows select, type digits and Enter to set a code, Delete drops, R restores, brackets step through nearest codes.`,
    );
    draw();
    describe();
    speech.changed();
  });
  studio.on("preview", draw);
  studio.on("range", () => {
    draw();
    placeCursor();
  });
  studio.clock.onChange(() => {
    placeCursor();
    describe();
  });
  onResize(place, () => {
    draw();
    placeCursor();
  });
}
