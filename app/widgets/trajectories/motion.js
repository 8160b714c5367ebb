// The chosen joints over time: original dashed, reconstruction solid, B dotted; x, y, z or speed (Plotly).

import { css, hexRgb, onThemeChange, themeColours } from "../shared/colour.js";
import { h, jointLabel, mm, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { gutterOf, PAD_RIGHT } from "../shared/timeaxis.js";

const JOINTS = 22;
const MOST = 4;
const MARKS = ["●", "▲", "■", "◆"];
const GAP = 0.05;
const BOTTOM = 22; // pixels for the seconds under the plots
const MOST_POINTS = 1500; // a line of more points than pixels shows nothing more

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
  const rate = (frame, a) => {
    const [from, to] = [Math.max(0, frame - 1), Math.min(frames - 1, frame + 1)];
    return to === from ? 0 : ((value(to, a) - value(from, a)) * fps) / (to - from);
  };
  const of = {
    position: (frame) => value(frame, axis),
    velocity: (frame) => rate(frame, axis),
    speed: (frame) => Math.hypot(rate(frame, 0), rate(frame, 1), rate(frame, 2)),
  }[name];
  return Float32Array.from(at, of);
}

export function mountMotion(studio, frame) {
  let plotly = null;
  let theme = null;
  let shown = "position";
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Joints" });
  const keyB = h("span", { hidden: true }, h("i", { class: "dotted" }), "B");
  const key = h(
    "div",
    { class: "key" },
    h("span", {}, h("i", { class: "dashed" }), "original"),
    h("span", {}, h("i", { class: "solid" }), "decoded"),
    keyB,
  );
  const tools = h("div", { class: "motion-tools" }, chips);
  const plot = h("div", { class: "plot", role: "img", "aria-label": "Joints over time" });
  const element = h("div", { class: "plot" }, plot, key);

  function visibleFrames(clip) {
    const first = Math.max(0, Math.floor(studio.range.from * clip.fps) - 1);
    const last = Math.min(clip.frames - 1, Math.ceil(studio.range.to * clip.fps) + 1);
    const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_POINTS));
    return Array.from(
      { length: Math.floor((last - first) / stride) + 1 },
      (_, i) => first + i * stride,
    );
  }

  function traces(clip, made, other) {
    const at = visibleFrames(clip);
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
            yaxis: axis ? `y${axis + 1}` : "y",
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

  function layout() {
    const rows = ROWS[shown];
    const high = (1 - (rows.length - 1) * GAP) / rows.length;
    const font = { family: "ui-sans-serif, system-ui, sans-serif", size: 11, color: theme.soft };
    const out = {
      width: frame.clientWidth,
      height: frame.clientHeight,
      margin: { l: gutterOf(frame), r: PAD_RIGHT, t: 6, b: BOTTOM },
      showlegend: false,
      font,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      annotations: [],
      xaxis: {
        range: [studio.range.from, studio.range.to],
        gridcolor: theme.line,
        zeroline: false,
        ticksuffix: " s",
        anchor: rows.length > 1 ? `y${rows.length}` : "y",
        tickfont: font,
        fixedrange: true,
      },
    };
    rows.forEach(([letter, unit, meaning], axis) => {
      const top = 1 - axis * (high + GAP);
      out[axis ? `yaxis${axis + 1}` : "yaxis"] = {
        domain: [top - high, top],
        gridcolor: theme.line,
        zeroline: false,
        nticks: 4,
        tickfont: font,
        fixedrange: true,
        tickformat: ".2~f",
      };
      out.annotations.push({
        xref: "paper",
        yref: "paper",
        x: 0,
        xshift: -gutterOf(frame),
        y: top - high / 2,
        xanchor: "left",
        yanchor: "middle",
        showarrow: false,
        align: "left",
        text: `<b>${letter}</b> ${unit}<br>${meaning}`,
        font,
      });
    });
    return out;
  }

  const draw = oncePerFrame(() => {
    const { clip, reconstruction, compared } = studio.views;
    if (!plotly || element.hidden || !clip || !reconstruction) return;
    theme ??= themeColours(frame);
    plotly.react(plot, traces(clip, reconstruction, compared), layout(), { staticPlot: true });
    keyB.hidden = !compared?.words;
    plot.setAttribute(
      "aria-label",
      `${shown} over time of ${studio.joints.map(jointLabel).join(", ")}; original dashed, reconstruction solid`,
    );
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
  });

  function showChips() {
    if (!studio.views.clip) return;
    const names = studio.views.clip.joint_names;
    const add = h(
      "select",
      {
        class: "add-joint",
        "aria-label": "Add a joint",
        onchange: () => studio.setJoints([...studio.joints, add.value]),
      },
      h("option", { value: "", selected: true }, "Add joint"),
      ...names
        .filter((name) => !studio.joints.includes(name))
        .map((name) => h("option", { value: name }, jointLabel(name))),
    );
    add.disabled = studio.joints.length >= MOST;
    chips.replaceChildren(
      ...studio.joints.map((name, order) =>
        h(
          "span",
          { class: "chip", style: `--mark:var(--joint-${order + 1})`, "data-joint": name },
          h("i", { "aria-hidden": "true" }, MARKS[order]),
          jointLabel(name),
          h("span", { class: "chip-error", title: "error at this moment" }),
          h(
            "button",
            {
              type: "button",
              "aria-label": `Remove ${jointLabel(name)}`,
              disabled: studio.joints.length === 1,
              onclick: () => studio.setJoints(studio.joints.filter((other) => other !== name)),
            },
            "×",
          ),
        ),
      ),
      add,
    );
    showErrors();
  }

  function showErrors() {
    const { clip, reconstruction } = studio.views;
    if (!clip || !reconstruction || reconstruction.errors.shape[0] !== clip.frames) return;
    const at = Math.round(Math.min(clip.frames - 1, studio.clock.shown * clip.fps));
    for (const chip of chips.querySelectorAll(".chip")) {
      const joint = clip.joint_names.indexOf(chip.dataset.joint);
      setText(
        chip.querySelector(".chip-error"),
        `${mm(reconstruction.errors.values[at * JOINTS + joint])} mm`,
      );
    }
  }

  const refresh = () => {
    showChips();
    draw();
  };
  studio.clock.onChange(showErrors);
  for (const view of ["clip", "joints"]) studio.on(view, refresh);
  for (const view of ["reconstruction", "compared", "range"]) studio.on(view, draw);
  studio.on("reconstruction", showErrors);
  onResize(frame, draw);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  studio.plotly().then((loaded) => {
    plotly = loaded;
    draw();
  });
  return {
    element,
    tools,
    draw,
    setQuantity: (name) => {
      shown = name in ROWS ? name : shown;
    },
  };
}
