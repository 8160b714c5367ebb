// The blast radius of the latest edit: frames by joints, in millimetres of pose; below it the path's drift.

import { css, mix, onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, oncePerFrame, onResize } from "../shared/dom.js";
import { timeScale } from "../shared/timeaxis.js";

const JOINTS = 22;
// Rows from head to foot, a limb at a time.
const LIMBS = [
  ["head and trunk", [15, 12, 9, 6, 3, 0]],
  ["left arm", [13, 16, 18, 20]],
  ["right arm", [14, 17, 19, 21]],
  ["left leg", [1, 4, 7, 10]],
  ["right leg", [2, 5, 8, 11]],
];
const ROWS = LIMBS.flatMap(([, joints]) => joints);
const BETWEEN = 4; // pixels between limbs
const DRIFT = 46; // pixels of height for the path's drift
const TOP_MM = 200;

export function mountBlast(studio, frame) {
  let theme = null;
  const canvas = h("canvas", { class: "picture", role: "img", "aria-label": "Blast radius" });
  const empty = h("p", { class: "empty" });
  const element = h("div", { class: "plot" }, canvas, empty);
  const tools = h(
    "span",
    { class: "note" },
    `pose moved by the latest edit, full colour at ${TOP_MM} mm; brackets: exact reach`,
  );

  const heat = (value) =>
    css(mix(theme.panelRgb, theme.hotRgb, Math.sqrt(Math.min(1, value / TOP_MM))));

  const draw = oncePerFrame(() => {
    const { blast, clip } = studio.views;
    if (element.hidden || !blast || !clip) return;
    theme ??= themeColours(frame);
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    empty.hidden = Boolean(blast.frames);
    empty.textContent = blast.words
      ? `${blast.words}: nothing moved.`
      : "Edit a token: the frames and joints that move are drawn here.";
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
    if (!blast.frames) return;
    const [first, stop] = blast.frames;
    const scale = timeScale(frame, studio.range);
    const x = (at) => scale.x((at - 0.5) / clip.fps);
    const high = height - DRIFT - 26;
    const row = (high - BETWEEN * (LIMBS.length - 1)) / JOINTS;
    const tops = rowTops(row);

    context.font = "11px ui-sans-serif, system-ui, sans-serif";
    context.textBaseline = "middle";
    context.fillStyle = theme.soft;
    let done = 0;
    for (const [name, joints] of LIMBS) {
      context.fillText(name, 0, (tops[done] + tops[done + joints.length - 1] + row) / 2);
      done += joints.length;
    }
    context.fillText("path drift", 0, 20 + high + DRIFT / 2);

    context.save();
    context.beginPath();
    context.rect(scale.left, 0, scale.width, height);
    context.clip();
    for (let at = first; at < stop; at++) {
      ROWS.forEach((joint, order) => {
        context.fillStyle = heat(blast.pose_mm.values[(at - first) * JOINTS + joint]);
        context.fillRect(x(at), tops[order], x(at + 1) - x(at) + 0.5, row - 0.5);
      });
    }
    brackets(context, [x(first), x(stop)], 8, high, theme.ink);
    drawDrift(context, clip, blast, scale, 16 + high, DRIFT);
    context.restore();
    canvas.setAttribute(
      "aria-label",
      `${blast.words}: pose moved in frames ${first} to ${stop - 1}, at most ${blast.pose_max_mm.toFixed(1)} mm`,
    );
  });

  function drawDrift(context, clip, blast, scale, top, high) {
    const most = Math.max(
      1,
      ...[blast.path_end_mm],
      blast.path_mm.values.reduce((a, b) => Math.max(a, b), 0),
    );
    const y = (value) => top + high - 6 - ((high - 12) * value) / most;
    context.strokeStyle = theme.line;
    context.beginPath();
    context.moveTo(scale.left, y(0));
    context.lineTo(scale.left + scale.width, y(0));
    context.stroke();
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.8;
    context.beginPath();
    for (let at = 0; at < clip.frames; at++)
      context.lineTo(scale.x(at / clip.fps), y(blast.path_mm.values[at]));
    context.stroke();
    context.fillStyle = theme.soft;
    context.fillText(`${most.toFixed(0)} mm`, scale.left + 2, y(most));
  }

  for (const view of ["blast", "clip", "range"]) studio.on(view, draw);
  onResize(frame, draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  return { element, tools, draw };
}

function rowTops(row) {
  let top = 8;
  return LIMBS.flatMap(([, joints], limb) => {
    if (limb) top += BETWEEN;
    return joints.map(() => (top += row) - row);
  });
}

function brackets(context, [left, right], top, high, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  for (const [x, inward] of [
    [left, 5],
    [right, -5],
  ]) {
    context.beginPath();
    context.moveTo(x + inward, top - 3);
    context.lineTo(x, top - 3);
    context.lineTo(x, top + high + 3);
    context.lineTo(x + inward, top + high + 3);
    context.stroke();
  }
}
