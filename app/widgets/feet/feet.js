// When each foot stands, original above and reconstruction below, and how far it slides meanwhile.

import { onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, jointLabel, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { reference, referenceWord } from "../shared/reference.js";
import { timeScale } from "../shared/timeaxis.js";

const FEET = 4;

export function mountFeet(studio, frame) {
  let theme = null;
  const canvas = h("canvas", { class: "picture", role: "img", "aria-label": "Contacts of the feet" });
  const element = h("div", { class: "plot" }, canvas);
  const agreement = h("span", {});
  const b = h("span", { hidden: true }, ", B under it");
  const tools = h(
    "span",
    { class: "note" },
    "standing: ",
    referenceWord(studio),
    " above, reconstruction below",
    b,
    agreement,
    "; slide of ",
    referenceWord(studio),
    " → reconstruction in mm/s, while the former stands",
  );

  function bar(context, clip, scale, standing, foot, top, high) {
    for (let at = 0; at < clip.frames; at++) {
      if (!standing.values[at * FEET + foot]) continue;
      let end = at;
      while (end + 1 < clip.frames && standing.values[(end + 1) * FEET + foot]) end++;
      const [x0, x1] = [scale.x((at - 0.5) / clip.fps), scale.x((end + 0.5) / clip.fps)];
      context.fillRect(x0, top, x1 - x0, high);
      at = end;
    }
  }

  const draw = oncePerFrame(() => {
    const { feet, clip } = studio.views;
    if (feet?.standing) setText(agreement, `, alike in ${(100 * feet.agreement).toFixed(1)} % of frames`);
    b.hidden = !feet?.standing_b;
    if (element.hidden || !clip || feet?.standing?.shape[0] !== clip.frames) return;
    theme ??= themeColours(frame);
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    const scale = timeScale(frame, studio.range);
    const row = (height - 12) / FEET;
    const slide = (value) => (value === null ? "never stands" : `${value.toFixed(0)}`);
    context.textBaseline = "middle";
    feet.joints.forEach((name, foot) => {
      const top = 6 + foot * row;
      const [original, made, b] = ["original", "made", "b"].map((one) => feet.slide_mm_s[one]?.[foot]);
      context.font = "600 11px ui-sans-serif, system-ui, sans-serif";
      context.fillStyle = theme.ink;
      context.fillText(jointLabel(name), 0, top + row * 0.3);
      context.font = "11px ui-sans-serif, system-ui, sans-serif";
      context.fillStyle = theme.soft;
      context.fillText(
        original === null ? "never stands" : `slides ${slide(original)} → ${slide(made)}`,
        0,
        top + row * 0.3 + 16,
      );
      if (feet.standing_b && original !== null)
        context.fillText(`B slides ${slide(b)}`, 0, top + row * 0.3 + 30);
      context.save();
      context.beginPath();
      context.rect(scale.left, 0, scale.width, height);
      context.clip();
      const bars = [
        [theme.ghost, feet.standing],
        [theme.accent, feet.standing_made],
        ...(feet.standing_b ? [[theme.other, feet.standing_b]] : []),
      ];
      const pitch = (0.74 * row) / bars.length;
      bars.forEach(([colour, standing], order) => {
        context.fillStyle = colour;
        bar(context, clip, scale, standing, foot, top + 0.13 * row + order * pitch, 0.78 * pitch);
      });
      context.fillStyle = theme.line;
      context.fillRect(scale.left, top + row - 1, scale.width, 1);
      context.restore();
    });
    const words = feet.joints.map(
      (name, foot) =>
        `${jointLabel(name)} ${Object.values(feet.slide_mm_s).map((one) => slide(one[foot])).join(" and ")}`,
    );
    canvas.setAttribute(
      "aria-label",
      `Foot sliding in mm/s, ${reference(studio)}, reconstruction${feet.standing_b ? " and B" : ""}: ${words.join("; ")}`,
    );
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
  });

  for (const view of ["feet", "clip", "range"]) studio.on(view, draw);
  onResize(frame, draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  return { element, tools, draw };
}
