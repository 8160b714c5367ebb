// Where the chosen joints go: original dashed, reconstruction solid, one plot an axis (Plotly).

import { onThemeChange, themeColours } from "../shared/colour.js";
import { h, jointLabel, mm, oncePerFrame, onResize, setText } from "../shared/dom.js";
import { followPointer, gutterOf, PAD_RIGHT, timeScale } from "../shared/timeaxis.js";

const JOINTS = 22;
const MOST = 4;
const AXES = [["x", "to its left"], ["y", "upwards"], ["z", "forwards"]];
const MARKS = ["●", "▲", "■", "◆"];
const GAP = 0.05;
const BOTTOM = 22; // pixels for the seconds under the plots

const series = (joints, frames, joint, axis) =>
  Float32Array.from({ length: frames }, (_, frame) => joints[(frame * JOINTS + joint) * 3 + axis]);

export function mountTrajectories(place, studio) {
  let plotly = null;
  let theme = null;
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Joints" });
  const plot = h("div", { class: "plot", role: "img" });
  const cursor = h("div", { class: "time-cursor", hidden: true });
  const frame = h("div", { class: "time-frame trajectories-frame" }, plot, cursor);
  place.append(
    h("div", { class: "panel-head" }, h("h2", {}, "Trajectories"), chips,
      h("span", { class: "key" }, h("i", { class: "dashed" }), "original", h("i", { class: "solid" }), "reconstruction")),
    frame,
  );

  function figure(clip, made) {
    const times = Float32Array.from({ length: clip.frames }, (_, i) => i / clip.fps);
    const data = [];
    studio.joints.forEach((name, order) => {
      const joint = clip.joint_names.indexOf(name);
      AXES.forEach((_, axis) => {
        const at = { x: times, xaxis: "x", yaxis: axis ? `y${axis + 1}` : "y", mode: "lines", type: "scatter", hoverinfo: "skip" };
        const colour = theme.joints[order];
        data.push({ ...at, y: series(clip.joints.values, clip.frames, joint, axis), line: { color: colour, width: 1.4, dash: "4px,3px" }, opacity: 0.75 });
        data.push({ ...at, y: series(made.joints.values, clip.frames, joint, axis), line: { color: colour, width: 1.9 } });
      });
    });
    return data;
  }

  function layout() {
    const high = (1 - 2 * GAP) / 3;
    const font = { family: "ui-sans-serif, system-ui, sans-serif", size: 11, color: theme.soft };
    const out = {
      margin: { l: gutterOf(frame), r: PAD_RIGHT, t: 6, b: BOTTOM }, showlegend: false, font,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", annotations: [],
      xaxis: { range: [studio.range.from, studio.range.to], gridcolor: theme.line, zeroline: false, ticksuffix: " s", anchor: "y3", tickfont: font, fixedrange: true },
    };
    AXES.forEach(([letter, meaning], axis) => {
      const top = 1 - axis * (high + GAP);
      out[axis ? `yaxis${axis + 1}` : "yaxis"] = {
        domain: [top - high, top], gridcolor: theme.line, zeroline: false, nticks: 4, tickfont: font, fixedrange: true, tickformat: ".2~f",
      };
      out.annotations.push({ xref: "paper", yref: "paper", x: 0, xshift: -gutterOf(frame), y: top - high / 2, xanchor: "left", yanchor: "middle", showarrow: false, align: "left", text: `<b>${letter}</b> m<br>${meaning}`, font });
    });
    return out;
  }

  const drawPlot = oncePerFrame(() => {
    const { clip, reconstruction } = studio.views;
    if (!plotly || !clip || !reconstruction) return;
    theme ??= themeColours(place);
    plotly.react(plot, figure(clip, reconstruction), layout(), { staticPlot: true, responsive: false });
    plot.setAttribute("aria-label", `Position over time of ${studio.joints.map(jointLabel).join(", ")}; original dashed, reconstruction solid`);
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
    placeCursor();
  });

  function placeCursor() {
    const scale = timeScale(frame, studio.range);
    cursor.hidden = !studio.views.clip;
    cursor.style.transform = `translateX(${scale.x(studio.clock.shown)}px)`;
  }

  function showChips() {
    const names = studio.views.clip.joint_names;
    const add = h("select", { class: "add-joint", "aria-label": "Add a joint", onchange: () => studio.setJoints([...studio.joints, add.value]) },
      h("option", { value: "", selected: true }, "Add joint"),
      ...names.filter((name) => !studio.joints.includes(name)).map((name) => h("option", { value: name }, jointLabel(name))));
    add.disabled = studio.joints.length >= MOST;
    chips.replaceChildren(
      ...studio.joints.map((name, order) =>
        h("span", { class: "chip", style: `--mark:var(--joint-${order + 1})`, "data-joint": name },
          h("i", { "aria-hidden": "true" }, MARKS[order]), jointLabel(name), h("output", { class: "chip-error", title: "error at this moment" }),
          h("button", { type: "button", "aria-label": `Remove ${jointLabel(name)}`, disabled: studio.joints.length === 1, onclick: () => studio.setJoints(studio.joints.filter((other) => other !== name)) }, "×"))),
      add,
    );
    showErrors();
  }

  function showErrors() {
    const { clip, reconstruction } = studio.views;
    if (!clip || !reconstruction) return;
    const at = Math.round(Math.min(clip.frames - 1, studio.clock.shown * clip.fps));
    for (const chip of chips.querySelectorAll(".chip")) {
      const joint = clip.joint_names.indexOf(chip.dataset.joint);
      setText(chip.querySelector("output"), `${mm(reconstruction.errors.values[at * JOINTS + joint])} mm`);
    }
  }

  followPointer(frame, studio, () => timeScale(frame, studio.range));
  studio.clock.onChange(() => {
    placeCursor();
    showErrors();
  });
  studio.on("clip", () => {
    showChips();
    drawPlot();
  });
  studio.on("joints", () => {
    showChips();
    drawPlot();
  });
  studio.on("reconstruction", () => {
    showErrors();
    drawPlot();
  });
  studio.on("range", drawPlot);
  onResize(frame, drawPlot);
  onThemeChange(() => {
    theme = null;
    drawPlot();
  });
  requestAnimationFrame(() => requestAnimationFrame(() => studio.plotly().then((loaded) => {
    plotly = loaded;
    drawPlot();
  })));
}
