// Vectors as strips of colour, one column a component: what a layer takes from the residual, and what it leaves.

import { css, liveTheme, mix } from "../shared/colour.js";
import { fitCanvas, h, onResize, setText } from "../shared/dom.js";

/** @import { Values } from "../shared/types.js" */

/** @typedef {{ label: string, note: string, values: Values }} Strip */

const [BLUE, RED] = [
  [36, 87, 197],
  [194, 65, 12],
];

/** Three strips; show(strips) draws them to one scale. */
export function vectorStrips() {
  const rows = Array.from({ length: 3 }, () => ({
    label: h("span", { class: "strip-label" }),
    canvas: h("canvas", { class: "strip", role: "img" }),
    note: h("span", { class: "note" }),
  }));
  const element = h(
    "div",
    { class: "strips" },
    ...rows.map(({ label, canvas, note }) => h("div", { class: "strip-row" }, label, canvas, note)),
  );
  /** @type {Strip[]} */
  let shown = [];
  const theme = liveTheme(() => draw());

  function draw() {
    if (!shown.length) return;
    const top = shown.reduce((most, { values }) => {
      for (const value of values) most = Math.max(most, Math.abs(value));
      return most;
    }, 1e-12);
    rows.forEach(({ canvas }, index) => {
      const { context, width, height } = fitCanvas(canvas);
      const { values } = shown[index];
      const wide = width / values.length;
      context.clearRect(0, 0, width, height);
      values.forEach((value, component) => {
        const strength = Math.sqrt(Math.abs(value) / top);
        context.fillStyle = css(mix(theme.panelRgb, value < 0 ? BLUE : RED, strength));
        context.fillRect(component * wide, 0, wide + 0.5, height);
      });
    });
  }

  onResize(element, draw);
  return {
    element,
    show(/** @type {Strip[]} */ next) {
      shown = next;
      next.forEach(({ label, note, values }, index) => {
        setText(rows[index].label, label);
        setText(rows[index].note, note);
        rows[index].canvas.setAttribute("aria-label", `${label}: ${values.length} components`);
      });
      draw();
    },
  };
}
