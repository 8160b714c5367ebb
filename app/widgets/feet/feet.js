// When each foot stands, original above and reconstruction below, and how far it slides meanwhile.

import { liveTheme } from "../shared/colour.js";
import { fitCanvas, h, jointLabel, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { reference, referenceWord } from "../shared/reference.js";
import { timeScale } from "../shared/timeaxis.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { TimeScale } from "../shared/timeaxis.js"
 * @import { Clip, NumberArray } from "../shared/types.js"
 */

const ROOM_FOR_A_VERB = 110; // pixels left of the time axis

export function mountFeet(/** @type {Studio} */ studio, /** @type {HTMLElement} */ frame) {
  const theme = liveTheme(() => draw());
  const canvas = h("canvas", {
    class: "picture",
    role: "img",
    "aria-label": "Contacts of the feet",
  });
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

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Clip} clip
   * @param {TimeScale} scale
   * @param {NumberArray} standing
   * @param {number} foot
   * @param {number} top
   * @param {number} high
   */
  function bar(context, clip, scale, standing, foot, top, high) {
    const [, feet] = standing.shape;
    for (let at = 0; at < clip.frames; at++) {
      if (!standing.values[at * feet + foot]) continue;
      let end = at;
      while (end + 1 < clip.frames && standing.values[(end + 1) * feet + foot]) end++;
      const [x0, x1] = [scale.x((at - 0.5) / clip.fps), scale.x((end + 0.5) / clip.fps)];
      context.fillRect(x0, top, x1 - x0, high);
      at = end;
    }
  }

  const draw = oncePerFrame(() => {
    const { feet, clip } = studio.views;
    if (feet?.agreement !== undefined)
      setText(agreement, `, alike in ${(100 * feet.agreement).toFixed(1)}% of frames`);
    b.hidden = !feet?.standing_b;
    if (element.hidden || !clip || feet?.standing?.shape[0] !== clip.frames) return;
    const {
      joints: names,
      slide_mm_s: slides,
      standing,
      standing_made: standingMade,
      standing_b: standingB,
    } = feet;
    if (!names || !slides || !standingMade) return;
    const { context, width, height } = fitCanvas(canvas);
    context.clearRect(0, 0, width, height);
    const scale = timeScale(frame, studio.range);
    const row = (height - 12) / names.length;
    const slide = (/** @type {number | null} */ value) =>
      value === null ? "never stands" : `${value.toFixed(0)}`;
    const verb = scale.left < ROOM_FOR_A_VERB ? "" : "slides ";
    context.textBaseline = "middle";
    names.forEach((name, foot) => {
      const top = 6 + foot * row;
      const [original, made, other] = [slides.original, slides.made, slides.b].map(
        (one) => one?.[foot] ?? null,
      );
      context.font = "600 11px ui-sans-serif, system-ui, sans-serif";
      context.fillStyle = theme.ink;
      context.fillText(jointLabel(name), 0, top + row * 0.3);
      context.font = "11px ui-sans-serif, system-ui, sans-serif";
      context.fillStyle = theme.soft;
      context.fillText(
        original === null ? "never stands" : `${verb}${slide(original)} → ${slide(made)}`,
        0,
        top + row * 0.3 + 16,
      );
      if (standingB && original !== null)
        context.fillText(`B ${verb}${slide(other)}`, 0, top + row * 0.3 + 30);
      context.save();
      context.beginPath();
      context.rect(scale.left, 0, scale.width, height);
      context.clip();
      /** @type {[string, NumberArray | null | undefined][]} */
      const possible = [
        [theme.ghost, standing],
        [theme.accent, standingMade],
        [theme.other, standingB],
      ];
      const bars = possible.filter(([, stands]) => stands);
      const pitch = (0.74 * row) / bars.length;
      bars.forEach(([colour, stands], order) => {
        context.fillStyle = colour;
        if (stands)
          bar(context, clip, scale, stands, foot, top + 0.13 * row + order * pitch, 0.78 * pitch);
      });
      context.fillStyle = theme.line;
      context.fillRect(scale.left, top + row - 1, scale.width, 1);
      context.restore();
    });
    const words = names.map(
      (name, foot) =>
        `${jointLabel(name)} ${Object.values(slides)
          .map((one) => slide(one[foot]))
          .join(" and ")}`,
    );
    canvas.setAttribute(
      "aria-label",
      `Foot sliding in mm/s, ${reference(studio)}, reconstruction${standingB ? " and B" : ""}: ${words.join("; ")}`,
    );
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
  });

  for (const view of /** @type {const} */ (["feet", "clip", "range"])) studio.on(view, draw);
  onResize(frame, draw);
  return { element, tools, draw };
}
