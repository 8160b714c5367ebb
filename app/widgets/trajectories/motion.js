// The chosen joints over time: original dashed, reconstruction solid, B dotted; x, y, z or speed (Plotly).

import { css, hexRgb } from "../shared/colour.js";
import { h, jointLabel, mm } from "../shared/dom.js";
import { plotIn } from "../shared/plot.js";
import { reference } from "../shared/reference.js";
import { followStudio, MOST, partChips } from "./chips.js";
import { lineKey, rateAt, rowsLayout, visibleFrames, yAxis } from "./curves.js";

const JOINTS = 22;

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

/** Values of one joint for one row of the picture, at the given frames. */
function quantity(name, axis, joints, frames, joint, at, fps) {
  const value = (frame, a) => joints[(frame * JOINTS + joint) * 3 + a];
  const rate = (frame, a) => rateAt(frame, frames, fps, (other) => value(other, a));
  const of = {
    position: (frame) => value(frame, axis),
    velocity: (frame) => rate(frame, axis),
    speed: (frame) => Math.hypot(rate(frame, 0), rate(frame, 1), rate(frame, 2)),
  }[name];
  return Float32Array.from(at, of);
}

export function mountMotion(studio, frame) {
  let shown = "position";
  const chips = partChips(studio, {
    group: "Joints",
    labelOf: jointLabel,
    errorOf,
    adder: jointSelect,
  });
  const key = lineKey(studio);
  const tools = h("div", { class: "motion-tools" }, chips.element);
  const plot = h("div", { class: "plot", role: "img", "aria-label": "Joints over time" });
  const element = h("div", { class: "plot" }, plot, key.element);
  const isOfJoints = () => studio.views.clip?.parts === "joints";

  function traces(clip, made, other, theme) {
    const at = visibleFrames(studio.range, clip);
    const times = Float32Array.from(at, (one) => one / clip.fps);
    const data = [];
    studio.joints.forEach((name, order) => {
      const joint = clip.joint_names.indexOf(name);
      const colour = theme.joints[order];
      ROWS[shown].forEach((_, axis) => {
        const line = (joints, style, extra = {}) =>
          data.push({
            x: times,
            y: quantity(shown, axis, joints.values, clip.frames, joint, at, clip.fps),
            yaxis: yAxis(axis),
            mode: "lines",
            type: "scatter",
            hoverinfo: "skip",
            line: { color: colour, ...style },
            ...extra,
          });
        line(clip.joints, { width: 1.4, dash: "4px,3px" }, { opacity: 0.8 });
        line(
          made.joints,
          { width: 1.9 },
          { fill: "tonexty", fillcolor: css(hexRgb(colour), 0.14) },
        );
        if (other?.words) line(other.joints, { width: 1.6, dash: "1px,3px" });
      });
    });
    return data;
  }

  const draw = plotIn(studio, frame, (plotly, theme) => {
    const { clip, reconstruction, compared } = studio.views;
    if (element.hidden || !isOfJoints() || !reconstruction?.joints) return;
    const labels = ROWS[shown].map(
      ([letter, unit, meaning]) => `<b>${letter}</b> ${unit}<br>${meaning}`,
    );
    plotly.react(
      plot,
      traces(clip, reconstruction, compared, theme),
      rowsLayout(frame, studio.range, theme, labels),
      { staticPlot: true },
    );
    key.showB(compared?.words);
    plot.setAttribute(
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
      ...studio.views.clip.joint_names
        .filter((name) => !studio.joints.includes(name))
        .map((name) => h("option", { value: name }, jointLabel(name))),
    );
    add.disabled = studio.joints.length >= MOST;
    return add;
  }

  function errorOf(name, at) {
    const { clip, reconstruction: made } = studio.views;
    if (made?.errors?.shape[0] !== clip.frames) return "";
    return `${mm(made.errors.values[at * JOINTS + clip.joint_names.indexOf(name)])} mm`;
  }

  followStudio(studio, isOfJoints, chips, draw);
  return {
    element,
    tools,
    draw,
    setQuantity: (name) => {
      shown = name in ROWS ? name : shown;
    },
  };
}
