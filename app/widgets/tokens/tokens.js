// The token grid: one row a layer, one column a step of the clip, under the same time axis as the plots.

import { codeColour, css, inkOn, onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { timeScale } from "../shared/timeaxis.js";
import { gridKeys } from "./keys.js";
import { hatch, ring } from "./marks.js";
import { gridSpeech } from "./speech.js";

const ROOM_FOR_NUMBERS = 22; // pixels of a cell's width
const RULER = 16; // pixels above the rows: step numbers, and a handle for whole columns
const DROPPED = -1;

export function mountTokens(place, studio) {
  let tokens = null;
  let checkpoint = null;
  let theme = null;
  let pointed = null;
  let before = null; // what a touch found, and gives back if it turns into scrolling the page
  const canvas = h("canvas", {
    class: "grid",
    tabindex: "0",
    role: "grid",
    "aria-multiselectable": "true",
  });
  const cursor = h("div", { class: "time-cursor", hidden: true });
  const status = place.closest("[data-group=tokens]").querySelector("[data-slot=token]");
  place.append(canvas, cursor);

  const scale = () => timeScale(place, studio.range);
  const isCurrent = () =>
    studio.views.clip && tokens && checkpoint && tokens.codes.shape[1] === studio.views.clip.steps;
  const stepAt = (seconds) => {
    const { fps, ratio, steps } = studio.views.clip;
    return Math.max(0, Math.min(steps - 1, Math.floor((seconds * fps + 0.5) / ratio)));
  };
  const edgeOf = (x) => (step) => x((step * studio.views.clip.ratio - 0.5) / studio.views.clip.fps);

  function cellAt(event) {
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
    theme ??= themeColours(place);
    const [layers, steps] = tokens.codes.shape;
    const { x, left } = scale();
    const edge = edgeOf(x);
    const geometry = { edge, cell: edge(1) - edge(0), row: (height - RULER) / layers };
    const first = stepAt(studio.range.from);
    const last = Math.min(steps - 1, stepAt(studio.range.to));
    context.save();
    context.beginPath();
    context.rect(left - 1, 0, width - left + 1, height);
    context.clip();
    drawRuler(context, geometry, first, last);
    for (let layer = 0; layer < layers; layer++) {
      for (let step = first; step <= last; step++) drawCell(context, geometry, layer, step);
    }
    drawSelection(context, geometry);
    context.restore();
    place.dataset.drawn = String(Number(place.dataset.drawn ?? 0) + 1);
  });

  function drawRuler(context, { edge, cell }, first, last) {
    const every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => n * cell >= 26) ?? 1000;
    context.font = "10px ui-sans-serif, system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = theme.soft;
    for (let step = Math.ceil(first / every) * every; step <= last; step += every) {
      context.fillText(String(step), (edge(step) + edge(step + 1)) / 2, RULER / 2 - 1);
    }
  }

  function drawCell(context, { edge, cell, row }, layer, step) {
    const steps = tokens.codes.shape[1];
    const code = tokens.codes.values[layer * steps + step];
    const edited = code !== studio.views.clip.tokens.values[layer * steps + step];
    const on = tokens.layers[layer] && code !== DROPPED;
    const inset = cell > 5 ? 0.75 : 0;
    const [x, y] = [edge(step) + inset, RULER + layer * row + 1.5];
    const [wide, high] = [edge(step + 1) - edge(step) - 2 * inset, row - 3];
    const size = checkpoint.num_embeddings;
    const colour =
      code === DROPPED
        ? theme.panelRgb
        : codeColour(checkpoint.order.values[layer * size + code] / (size - 1));
    context.fillStyle = css(colour, on ? 1 : 0.16);
    context.fillRect(x, y, wide, high);
    if (!on) hatch(context, x, y, wide, high, theme.soft);
    if (on && cell >= ROOM_FOR_NUMBERS) {
      context.font = "11px ui-sans-serif, system-ui, sans-serif";
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillStyle = inkOn(colour);
      context.fillText(String(code), x + wide / 2, y + high / 2 + 0.5);
    }
    if (edited) ring(context, x, y, wide, high, theme);
    if (pointed && pointed.layer === layer && pointed.step === step) {
      context.strokeStyle = theme.ink;
      context.lineWidth = 1.5;
      context.strokeRect(x + 0.75, y + 0.75, wide - 1.5, high - 1.5);
    }
  }

  function drawSelection(context, { edge, row }) {
    const region = studio.selection.region;
    if (!region) return;
    const [layer0, layer1, step0, step1] = region;
    const box = [
      edge(step0),
      RULER + layer0 * row,
      edge(step1 + 1) - edge(step0),
      (layer1 - layer0 + 1) * row,
    ];
    context.lineWidth = 5;
    context.strokeStyle = theme.panel;
    context.strokeRect(...box);
    context.lineWidth = 2.5;
    context.strokeStyle = theme.accent;
    context.strokeRect(...box);
  }

  function placeCursor() {
    const x = scale().x(studio.clock.shown);
    cursor.hidden = !studio.views.clip || x < scale().left - 1 || x > place.clientWidth;
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
  function lookAt(step) {
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
      if (head.layer !== layer || head.step !== cell.step)
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
    place.closest(".token-frame").style.setProperty("--rows", layers);
    canvas.setAttribute(
      "aria-label",
      `Tokens, ${layers} layers by ${steps} steps. Arrow keys move, shift and arrows select, type digits and Enter to set a code, Delete drops, R restores, brackets step through nearest codes.`,
    );
    draw();
    describe();
    speech.changed();
  });
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
  onThemeChange(() => {
    theme = null;
    draw();
  });
}
