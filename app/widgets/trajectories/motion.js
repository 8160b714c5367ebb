// The chosen joints over time: original dashed, reconstruction solid, B dotted; x, y, z or speed.

import { liveTheme } from "../shared/colour.js";
import { h, jointLabel, measure, mm, oncePerFrame, onResize } from "../shared/dom.js";
import { partNames } from "../shared/parts.js";
import { reference } from "../shared/reference.js";
import { followStudio, MOST, partChips } from "./chips.js";
import { DECODED, drawRows, lineKey, OF_B, ORIGINAL, rateAt, valuesAt, visibleFrames } from "./curves.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { JointsReconstruction } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { JointsClip, NumberArray, Unpacked, View } from "../shared/types.js"
 * @import { Row } from "./curves.js"
 */

/** @type {Record<string, string[][]>} */
const ROWS = {
  position: [
    ["x", "m", "to its left"],
    ["y", "m", "upwards"],
    ["z", "m", "forwards"],
  ],
  velocity: [
    ["x", "m/s", "to its left"],
    ["y", "m/s", "upwards"],
    ["z", "m/s", "forwards"],
  ],
  speed: [["speed", "m/s", "any direction"]],
};

/**
 * Values of one joint for one row of the picture, at the given frames.
 *
 * @param {string} name
 * @param {number} axis
 * @param {NumberArray} joints
 * @param {number} joint
 * @param {number[]} at
 * @param {number} fps
 */
function quantity(name, axis, { shape: [frames, count], values }, joint, at, fps) {
  const value = (/** @type {number} */ frame, /** @type {number} */ along) =>
    values[(frame * count + joint) * 3 + along];
  const rate = (/** @type {number} */ frame, /** @type {number} */ along) =>
    rateAt(frame, frames, fps, (other) => value(other, along));
  if (name === "position") return valuesAt(at, (frame) => value(frame, axis));
  if (name === "velocity") return valuesAt(at, (frame) => rate(frame, axis));
  return valuesAt(at, (frame) =>
    Math.hypot(rate(frame, 0), rate(frame, 1), rate(frame, 2)),
  );
}

export function mountMotion(/** @type {Studio} */ studio, /** @type {HTMLElement} */ frame) {
  let shown = "position";
  const chips = partChips(studio, {
    group: "Joints",
    labelOf: jointLabel,
    errorOf,
    adder: jointSelect,
  });
  const key = lineKey(studio);
  const tools = h("div", { class: "motion-tools" }, chips.element);
  const canvas = h("canvas", { class: "picture", role: "img", "aria-label": "Joints over time" });
  const element = h("div", { class: "plot" }, canvas, key.element);
  const isOfJoints = () => studio.views.clip?.parts === "joints";

  /**
   * @param {JointsClip} clip
   * @param {Unpacked<JointsReconstruction>} made
   * @param {View<"compared">} other
   * @param {Theme} theme
   * @returns {Row[]}
   */
  function rowsOf(clip, made, other, theme) {
    const at = visibleFrames(studio.range, clip);
    const x = valuesAt(at, (one) => one / clip.fps);
    return ROWS[shown].map(([letter, unit, meaning], axis) => {
      const lines = studio.joints.map((name, order) => {
        const joint = clip.joint_names.indexOf(name);
        const line = (/** @type {NumberArray} */ { shape, values }, /** @type {object} */ style) => ({
          x,
          y: quantity(shown, axis, { shape, values }, joint, at, clip.fps),
          colour: theme.joints[order],
          width: 1,
          ...style,
        });
        const original = line(clip.joints, ORIGINAL);
        const decoded = { ...line(made.joints, DECODED), from: original.y };
        return { original, others: [decoded, ...(other.joints ? [line(other.joints, OF_B)] : [])] };
      });
      return {
        label: [
          [letter, unit],
          ["", meaning],
        ],
        originals: lines.map(({ original }) => original),
        others: lines.flatMap(({ others }) => others),
      };
    });
  }

  const theme = liveTheme(() => draw());
  const draw = oncePerFrame(() => {
    const { clip, reconstruction, compared } = studio.views;
    if (element.hidden || clip?.parts !== "joints" || !reconstruction?.joints) return;
    if (!measure(canvas).width) return;
    key.showLeaving(
      drawRows(canvas, studio.range, theme, rowsOf(clip, reconstruction, compared, theme)),
    );
    key.showB(Boolean(compared?.words));
    canvas.setAttribute(
      "aria-label",
      `${shown} over time of ${studio.joints.map(jointLabel).join(", ")}; ${reference(studio)} dashed, reconstruction solid`,
    );
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
  });

  function jointSelect() {
    const add = h(
      "select",
      {
        class: "add-joint",
        "aria-label": "Add a joint",
        onchange: () => studio.setJoints([...studio.joints, add.value]),
      },
      h("option", { value: "", selected: true }, "Add joint"),
      ...partNames(studio.views.clip)
        .filter((name) => !studio.joints.includes(name))
        .map((name) => h("option", { value: name }, jointLabel(name))),
    );
    add.disabled = studio.joints.length >= MOST;
    return add;
  }

  function errorOf(/** @type {string} */ name, /** @type {number} */ at) {
    const { clip, reconstruction: made } = studio.views;
    const errors = made?.errors;
    if (errors?.shape[0] !== clip.frames) return "";
    return `${mm(errors.values[at * errors.shape[1] + partNames(clip).indexOf(name)])} mm`;
  }

  followStudio(studio, isOfJoints, chips, draw);
  onResize(frame, draw);
  return {
    element,
    tools,
    draw,
    setQuantity: (/** @type {string} */ name) => {
      shown = name in ROWS ? name : shown;
    },
  };
}
