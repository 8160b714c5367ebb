// The walk towards the latent in a plane (Plotly): the whole of it, or one layer's choice close up.

import { h } from "../shared/dom.js";
import { CONFIG, fontOf, layoutOf, plotIn } from "../shared/plot.js";
import * as say from "./notation.js";

/**
 * @import { Rgb, Theme } from "../shared/colour.js"
 * @import { WalkPlane } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

const MARGIN = { l: 8, r: 8, t: 8, b: 8 };
const ROOM = 0.18; // of the span, left free around the points

export function walkPlot(/** @type {Studio} */ studio) {
  /** @type {{ view: View<"microscope">, focus: number } | null} */
  let shown = null;
  const plot = h("div", { class: "plot", role: "img" });
  const element = h("div", { class: "walk" }, plot);

  const draw = plotIn(studio, element, (plotly, theme) => {
    if (!shown) return;
    const { view, focus } = shown;
    const plane = view.planes[focus];
    const traces =
      focus === 0 ? wholeWalk(view, plane, theme) : oneChoice(view, plane, focus - 1, theme);
    const axis = {
      showticklabels: false,
      gridcolor: theme.line,
      zeroline: false,
      nticks: 7,
      fixedrange: true,
    };
    const { x, y } = fit(traces, element.clientWidth, element.clientHeight);
    plotly.react(
      plot,
      traces,
      layoutOf(theme, {
        margin: MARGIN,
        font: fontOf(theme, { size: 12, color: theme.ink }),
        xaxis: { ...axis, range: x },
        yaxis: { ...axis, range: y },
      }),
      CONFIG,
    );
    plot.setAttribute("aria-label", describe(view, focus));
    element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1);
  });

  return {
    element,
    show(/** @type {View<"microscope">} */ view, /** @type {number} */ focus) {
      shown = { view, focus };
      draw();
    },
  };
}

/**
 * @typedef {number[]} At x and y in the plane
 * @typedef {{ x: number[], y: number[], [option: string]: unknown }} Trace
 */

const columns = (/** @type {At[]} */ points) => ({
  x: points.map((p) => p[0]),
  y: points.map((p) => p[1]),
});

/**
 * @param {At[]} list
 * @param {string[]} labels
 * @param {string | string[]} where
 * @param {string} colour
 * @param {string} symbol
 * @param {number} size
 * @param {Theme} theme
 * @returns {Trace}
 */
function points(list, labels, where, colour, symbol, size, theme) {
  return {
    ...columns(list),
    type: "scatter",
    mode: "markers+text",
    text: labels,
    hoverinfo: "text",
    textposition: where,
    textfont: { color: theme.ink, size: 12 },
    marker: { color: colour, symbol, size, line: { width: 1.5, color: theme.panel } },
  };
}

/** @type {(list: At[], colour: string, width: number, dash: string) => Trace} */
const line = (list, colour, width, dash) => ({
  ...columns(list),
  type: "scatter",
  mode: "lines",
  hoverinfo: "skip",
  line: { color: colour, width, dash },
});

/**
 * Where a label stands so that the line from one point to another does not run through it.
 *
 * @param {At} from
 * @param {At} to
 */
function beyond([x0, y0], [x1, y1]) {
  if (Math.abs(x1 - x0) > Math.abs(y1 - y0)) return x1 > x0 ? "middle right" : "middle left";
  return y1 > y0 ? "top center" : "bottom center";
}

/** @type {(plane: WalkPlane, last: At, theme: Theme) => Trace} */
const latentMark = (plane, last, theme) =>
  points(
    [plane.latent],
    [say.residual(0)],
    beyond(last, plane.latent),
    theme.edited,
    "star",
    15,
    theme,
  );

/**
 * @param {View<"microscope">} view
 * @param {WalkPlane} plane
 * @param {Theme} theme
 * @returns {Trace[]}
 */
function wholeWalk(view, plane, theme) {
  const { sums } = plane;
  const sides = sums.map((sum, /** @type {number} */ v) =>
    v === 0 ? beyond(sums[1], sum) : beyond(sums[v - 1], sum),
  );
  const passed = plane.runners_up.flat();
  return [
    {
      ...columns(passed),
      type: "scatter",
      mode: "markers",
      hoverinfo: "text",
      text: view.choices.flatMap((choice, /** @type {number} */ v) =>
        choice.runners_up.map(({ code }) => `layer ${v + 1} passed over code ${code}`),
      ),
      marker: { color: theme.ghost, symbol: "circle-open", size: 6 },
    },
    line(sums, theme.accent, 2.5, "solid"),
    points(
      sums,
      sums.map((_, /** @type {number} */ v) => `${v}`),
      sides,
      theme.accent,
      "circle",
      9,
      theme,
    ),
    latentMark(plane, sums[sums.length - 1], theme),
  ];
}

/**
 * @param {View<"microscope">} view
 * @param {WalkPlane} plane
 * @param {number} v
 * @param {Theme} theme
 * @returns {Trace[]}
 */
function oneChoice(view, plane, v, theme) {
  const choice = view.choices[v];
  const [start, end] = [plane.sums[v], plane.sums[v + 1]];
  const rivals = plane.runners_up[v];
  return [
    ...rivals.map((rival) => line([start, rival], theme.line, 1.5, "solid")),
    line([end, plane.latent], theme.soft, 1.5, "dot"),
    line([start, end], theme.accent, 3, "solid"),
    points(
      rivals,
      choice.runners_up.map(({ code }) => `${code}`),
      rivals.map((rival) => beyond(start, rival)),
      theme.ghost,
      "circle",
      8,
      theme,
    ),
    points([start], [`${v}`], beyond(end, start), theme.soft, "circle", 9, theme),
    ...(choice.code < 0
      ? []
      : [points([end], [`${choice.code}`], beyond(start, end), theme.accent, "circle", 11, theme)]),
    latentMark(plane, end, theme),
  ];
}

/**
 * Ranges that hold all points with both axes to one scale.
 *
 * @param {Trace[]} traces
 * @param {number} width
 * @param {number} height
 */
function fit(traces, width, height) {
  const [xs, ys] = [traces.flatMap((t) => t.x), traces.flatMap((t) => t.y)];
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const per = Math.max((x1 - x0) / width, (y1 - y0) / height, 1e-6) * (1 + 2 * ROOM);
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return {
    x: [cx - (per * width) / 2, cx + (per * width) / 2],
    y: [cy - (per * height) / 2, cy + (per * height) / 2],
  };
}

/**
 * @param {View<"microscope">} view
 * @param {number} focus
 */
function describe(view, focus) {
  if (focus === 0)
    return `Step ${view.step}: the sums of the first codes walk from zero towards the latent`;
  const { code } = view.choices[focus - 1];
  return `Step ${view.step}, layer ${focus}: ${code < 0 ? "dropped" : `code ${code}`}, its runners-up and the latent`;
}
