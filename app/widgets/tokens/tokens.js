// The token grid: one row a layer, one column a step of the clip, under the same time axis as the plots.

import { codeColour, css, inkOn, onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { followPointer, timeScale } from "../shared/timeaxis.js";

const ROOM_FOR_NUMBERS = 22; // pixels of a cell's width

export function mountTokens(place, studio) {
  let tokens = null;
  let checkpoint = null;
  let theme = null;
  let pointed = null;
  const canvas = h("canvas", { class: "grid", tabindex: "0", role: "img" });
  const cursor = h("div", { class: "time-cursor", hidden: true });
  const status = place.closest("[data-group=tokens]").querySelector("[data-slot=token]");
  place.append(canvas, cursor);

  const scale = () => timeScale(place, studio.range);
  const stepAt = (seconds) => {
    const { fps, ratio, steps } = studio.views.clip;
    return Math.max(0, Math.min(steps - 1, Math.floor((seconds * fps + 0.5) / ratio)));
  };

  const draw = oncePerFrame(() => {
    const { clip } = studio.views;
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    if (!clip || !tokens || !checkpoint || tokens.codes.shape[1] !== clip.steps) return;
    theme ??= themeColours(place);
    const [layers, steps] = tokens.codes.shape;
    const row = height / layers;
    const { x, left } = scale();
    const edge = (step) => x((step * clip.ratio - 0.5) / clip.fps);
    const cell = edge(1) - edge(0);
    context.font = "11px ui-sans-serif, system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let layer = 0; layer < layers; layer++) {
      const on = tokens.layers[layer];
      for (let step = 0; step < steps; step++) {
        const code = tokens.codes.values[layer * steps + step];
        const [x0, x1, y0] = [edge(step), edge(step + 1), layer * row];
        if (x1 < left || x0 > width) continue;
        const colour = codeColour(checkpoint.order.values[layer * checkpoint.num_embeddings + code] / (checkpoint.num_embeddings - 1));
        const inset = cell > 5 ? 0.75 : 0;
        context.fillStyle = css(colour, on ? 1 : 0.16);
        context.fillRect(x0 + inset, y0 + 1.5, x1 - x0 - 2 * inset, row - 3);
        if (!on) hatch(context, x0 + inset, y0 + 1.5, x1 - x0 - 2 * inset, row - 3, theme.soft);
        if (cell >= ROOM_FOR_NUMBERS) {
          context.fillStyle = on ? inkOn(colour) : theme.ink;
          if (on) context.fillText(String(code), (x0 + x1) / 2, y0 + row / 2 + 0.5);
        }
        if (pointed && pointed.layer === layer && pointed.step === step) {
          context.strokeStyle = theme.ink;
          context.lineWidth = 2;
          context.strokeRect(x0 + 1, y0 + 1.5, x1 - x0 - 2, row - 3);
        }
      }
    }
    place.dataset.drawn = String(Number(place.dataset.drawn ?? 0) + 1);
  });

  function placeCursor() {
    cursor.hidden = !studio.views.clip;
    cursor.style.transform = `translateX(${scale().x(studio.clock.shown)}px)`;
  }

  function describe() {
    const { clip } = studio.views;
    if (!clip || !tokens || tokens.codes.shape[1] !== clip.steps) return;
    const step = pointed?.step ?? stepAt(studio.clock.shown);
    const [layers, steps] = tokens.codes.shape;
    if (pointed) {
      setText(status, `layer ${pointed.layer + 1} · step ${step} · code ${tokens.codes.values[pointed.layer * steps + step]}`);
    } else {
      const column = Array.from({ length: layers }, (_, layer) => (tokens.layers[layer] ? tokens.codes.values[layer * steps + step] : "–"));
      setText(status, `step ${step} · ${column.join(" ")}`);
    }
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!tokens) return;
    const box = canvas.getBoundingClientRect();
    const px = event.clientX - box.left;
    const layer = Math.floor(((event.clientY - box.top) / box.height) * tokens.codes.shape[0]);
    const inside = px >= scale().left && layer >= 0 && layer < tokens.codes.shape[0];
    pointed = inside ? { layer, step: stepAt(scale().seconds(px)) } : null;
    draw();
    describe();
  });
  canvas.addEventListener("pointerleave", () => {
    pointed = null;
    draw();
    describe();
  });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move) return;
    const { fps, ratio } = studio.views.clip;
    event.preventDefault();
    studio.clock.pause();
    studio.clock.seek(((stepAt(studio.clock.time) + move) * ratio) / fps);
  });
  followPointer(place, studio, scale);

  studio.on("checkpoint", (payload) => {
    checkpoint = payload;
    draw();
  });
  studio.on("tokens", (payload) => {
    tokens = payload;
    const [layers, steps] = tokens.codes.shape;
    place.style.setProperty("--rows", layers);
    canvas.setAttribute("aria-label", `Tokens: ${layers} layers of ${steps} steps; arrow keys move one step`);
    draw();
    describe();
  });
  studio.on("range", draw);
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

function hatch(context, x, y, width, height, colour) {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.globalAlpha = 0.35;
  context.lineWidth = 1;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}
