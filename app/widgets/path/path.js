// The pelvis' path seen from above (Plotly): original dashed, reconstruction solid, both now as dots.

import { h, setText } from "../shared/dom.js";
import { fontOf, layoutOf, plotIn } from "../shared/plot.js";
import { followMoments } from "../shared/timeaxis.js";
import { reference } from "../shared/reference.js";

const STRIDE = 66; // values a frame; the pelvis comes first
const MARGIN = { l: 46, r: 14, t: 8, b: 34 };
const LEAST_SPAN = 0.6; // metres, so that standing still does not look like travel

const column = (joints, frames, axis) =>
  Float32Array.from({ length: frames }, (_, i) => joints[i * STRIDE + axis]);

export function mountPath(place, studio) {
  let bounds = null;
  const plot = h("div", {
    class: "plot",
    role: "img",
    "aria-label": "Path of the pelvis from above; original dashed, reconstruction solid",
  });
  const dots = ["original", "made"].map((name) => h("i", { class: `dot ${name}`, hidden: true }));
  const frame = h("div", { class: "path-frame" }, plot, ...dots);
  const drift = h("span", { class: "note" });
  place.append(h("div", { class: "panel-head" }, h("h2", {}, "Path from above"), drift), frame);
  studio.on("clip", ({ parts }) => {
    place.hidden = parts !== "joints";
    plot.setAttribute(
      "aria-label",
      `Path of the pelvis from above; ${reference(studio)} dashed, reconstruction solid`,
    );
  });

  /** Ranges that hold both paths with metres equally long on both axes. */
  function fit(xs, zs) {
    const wide = Math.max(1, frame.clientWidth - MARGIN.l - MARGIN.r);
    const high = Math.max(1, frame.clientHeight - MARGIN.t - MARGIN.b);
    const span = (values) => [
      Math.min(...values.map((v) => v.reduce((a, b) => Math.min(a, b)))),
      Math.max(...values.map((v) => v.reduce((a, b) => Math.max(a, b)))),
    ];
    const [[x0, x1], [z0, z1]] = [span(xs), span(zs)];
    const perPixel = Math.max(
      Math.max(LEAST_SPAN, (x1 - x0) * 1.15) / wide,
      Math.max(LEAST_SPAN, (z1 - z0) * 1.15) / high,
    );
    const [cx, cz] = [(x0 + x1) / 2, (z0 + z1) / 2];
    return {
      wide,
      high,
      x: [cx - (perPixel * wide) / 2, cx + (perPixel * wide) / 2],
      z: [cz - (perPixel * high) / 2, cz + (perPixel * high) / 2],
    };
  }

  function paint(plotly, theme) {
    const { clip, reconstruction: made } = studio.views;
    if (!clip || made?.joints?.shape[0] !== clip.frames) return;
    const [ax, az] = [
      column(clip.joints.values, clip.frames, 0),
      column(clip.joints.values, clip.frames, 2),
    ];
    const [bx, bz] = [
      column(made.joints.values, clip.frames, 0),
      column(made.joints.values, clip.frames, 2),
    ];
    bounds = fit([ax, bx], [az, bz]);
    const other = studio.views.compared?.words ? studio.views.compared : null;
    const font = fontOf(theme);
    // Seen from above with z up the page, x (the body's left at the start) points to the left.
    const xaxis = {
      range: [bounds.x[1], bounds.x[0]],
      gridcolor: theme.line,
      zeroline: false,
      nticks: 5,
      tickfont: font,
      fixedrange: true,
      title: { text: "x m", font, standoff: 4 },
    };
    const yaxis = {
      range: bounds.z,
      gridcolor: theme.line,
      zeroline: false,
      nticks: 5,
      tickfont: font,
      fixedrange: true,
      title: { text: "z m", font, standoff: 4 },
    };
    const line = { mode: "lines", type: "scatter", hoverinfo: "skip" };
    plotly.react(
      plot,
      [
        { ...line, x: ax, y: az, line: { color: theme.soft, width: 1.6, dash: "4px,3px" } },
        { ...line, x: bx, y: bz, line: { color: theme.accent, width: 2 } },
        ...(other
          ? [
              {
                ...line,
                x: column(other.joints.values, clip.frames, 0),
                y: column(other.joints.values, clip.frames, 2),
                line: { color: theme.other, width: 2, dash: "1px,3px" },
              },
            ]
          : []),
      ],
      layoutOf(theme, { margin: MARGIN, xaxis, yaxis }),
      { staticPlot: true },
    );
    placeDots();
  }

  const draw = plotIn(studio, frame, paint, { last: true });

  function tellDrift() {
    const { clip, reconstruction: made } = studio.views;
    if (!clip || made?.joints?.shape[0] !== clip.frames) return;
    const end = (clip.frames - 1) * STRIDE;
    const apart = [0, 2].map((axis) => clip.joints.values[end + axis] - made.joints.values[end + axis]);
    setText(drift, `ends ${(1000 * Math.hypot(...apart)).toFixed(0)} mm apart`);
  }

  /** Where a frame of a path lies in the picture, pixels. */
  function spot(view, at) {
    const [x, z] = [view.joints.values[at * STRIDE], view.joints.values[at * STRIDE + 2]];
    return [
      MARGIN.l + ((bounds.x[1] - x) / (bounds.x[1] - bounds.x[0])) * bounds.wide,
      MARGIN.t + ((bounds.z[1] - z) / (bounds.z[1] - bounds.z[0])) * bounds.high,
    ];
  }

  /** Seconds at which either path passes nearest to the pointer. */
  function momentAt(event) {
    const { clip, reconstruction: made } = studio.views;
    if (!bounds || made?.joints?.shape[0] !== clip.frames) return studio.clock.time;
    const box = frame.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    let [nearest, least] = [0, Infinity];
    for (const view of [clip, made])
      for (let at = 0; at < clip.frames; at++) {
        const [x, y] = spot(view, at);
        const away = Math.hypot(x - left, y - top);
        if (away < least) [nearest, least] = [at, away];
      }
    return nearest / clip.fps;
  }

  function placeDots() {
    const { clip, reconstruction: made } = studio.views;
    if (!bounds || made?.joints?.shape[0] !== clip.frames) return;
    const at = Math.round(Math.min(clip.frames - 1, studio.clock.shown * clip.fps));
    [clip, made].forEach((view, index) => {
      const [px, py] = spot(view, at);
      dots[index].hidden = false;
      dots[index].style.transform = `translate(${px}px, ${py}px)`;
    });
  }

  for (const view of ["clip", "reconstruction"]) {
    studio.on(view, tellDrift);
    studio.on(view, draw);
  }
  studio.on("compared", draw);
  studio.clock.onChange(placeDots);
  followMoments(frame, studio.clock, momentAt);
}
