// What curves over time have in common, of joints and of channels: which frames, where, and their key.

import { h } from "../shared/dom.js";
import { referenceWord } from "../shared/reference.js";
import { gutterOf, PAD_RIGHT } from "../shared/timeaxis.js";

const GAP = 0.05;
const BOTTOM = 22; // pixels for the seconds under the plots
const MOST_POINTS = 1500; // a line of more points than pixels shows nothing more

/** Frames of the visible stretch of time, as many as are worth drawing. */
export function visibleFrames(range, clip) {
  const first = Math.max(0, Math.floor(range.from * clip.fps) - 1);
  const last = Math.min(clip.frames - 1, Math.ceil(range.to * clip.fps) + 1);
  const stride = Math.max(1, Math.ceil((last - first + 1) / MOST_POINTS));
  return Array.from(
    { length: Math.floor((last - first) / stride) + 1 },
    (_, i) => first + i * stride,
  );
}

/** Rate of change a second at a frame, of values(frame), from the frames beside it. */
export function rateAt(frame, frames, fps, values) {
  const [from, to] = [Math.max(0, frame - 1), Math.min(frames - 1, frame + 1)];
  return to === from ? 0 : ((values(to) - values(from)) * fps) / (to - from);
}

export const yAxis = (row) => (row ? `y${row + 1}` : "y");

/** Plotly's layout of rows that share the time axis; labels are HTML, one a row. */
export function rowsLayout(frame, range, theme, labels) {
  const high = (1 - (labels.length - 1) * GAP) / Math.max(1, labels.length);
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
      range: [range.from, range.to],
      gridcolor: theme.line,
      zeroline: false,
      ticksuffix: " s",
      anchor: yAxis(labels.length - 1),
      tickfont: font,
      fixedrange: true,
    },
  };
  labels.forEach((text, row) => {
    const top = 1 - row * (high + GAP);
    out[row ? `yaxis${row + 1}` : "yaxis"] = {
      domain: [Math.max(0, top - high), top],
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
      text,
      font,
    });
  });
  return out;
}

/** What the kinds of lines mean; `showB` says whether B is among them. */
export function lineKey(studio) {
  const keyB = h("span", { hidden: true }, h("i", { class: "dotted" }), "B");
  const element = h(
    "div",
    { class: "key" },
    h("span", {}, h("i", { class: "dashed" }), referenceWord(studio)),
    h("span", {}, h("i"), "decoded"),
    keyB,
  );
  return {
    element,
    showB: (shown) => {
      keyB.hidden = !shown;
    },
  };
}
