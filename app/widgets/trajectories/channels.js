// The chosen channels over time, a row each: original dashed, reconstruction solid, B dotted (Plotly).

import { css, hexRgb } from "../shared/colour.js";
import { h } from "../shared/dom.js";
import { plotIn } from "../shared/plot.js";
import { reference } from "../shared/reference.js";
import { measured, plain } from "../shared/units.js";
import { followStudio, partChips } from "./chips.js";
import { lineKey, rateAt, rowsLayout, visibleFrames, yAxis } from "./curves.js";
import { channelSearch } from "./search.js";

const QUANTITIES = new Set(["value", "change"]);
const LABEL_CHARACTERS = 17; // that fit beside a plot

/** A name in lines that fit beside its plot. */
function wrapped(name) {
  const lines = [""];
  for (const word of name.split(" ")) {
    if (`${lines.at(-1)} ${word}`.length > LABEL_CHARACTERS) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines.join("<br>");
}

/** A channel at a frame, in feature units or, standardised, in standard deviations from the mean. */
function reader(clip, alignment, channel) {
  const width = clip.channels.shape[1];
  const [mean, std] =
    alignment === "standardised" ? [clip.mean.values[channel], clip.std.values[channel]] : [0, 1];
  return (channels, frame) => (channels.values[frame * width + channel] - mean) / std;
}

export function mountChannels(studio, frame) {
  let shown = "value";
  const search = channelSearch(studio);
  const chips = partChips(studio, {
    group: "Channels",
    labelOf: (name) => name,
    errorOf,
    adder: () => search,
  });
  const key = lineKey(studio);
  const plot = h("div", { class: "plot", role: "img", "aria-label": "Channels over time" });
  const element = h("div", { class: "plot" }, plot, key.element);
  const tools = h("div", { class: "motion-tools" }, chips.element);
  const isOfChannels = () => studio.views.clip?.parts === "channels";

  function traces(clip, made, other, theme) {
    const at = visibleFrames(studio.range, clip);
    const times = Float32Array.from(at, (one) => one / clip.fps);
    return studio.joints.flatMap((name, row) => {
      const value = reader(clip, made.alignment, clip.channel_names.indexOf(name));
      const colour = theme.joints[row];
      const line = (channels, style, extra = {}) => ({
        x: times,
        y: Float32Array.from(at, (frameAt) =>
          shown === "value"
            ? value(channels, frameAt)
            : rateAt(frameAt, clip.frames, clip.fps, (one) => value(channels, one)),
        ),
        yaxis: yAxis(row),
        mode: "lines",
        type: "scatter",
        hoverinfo: "skip",
        line: { color: colour, ...style },
        ...extra,
      });
      return [
        line(clip.channels, { width: 1.4, dash: "4px,3px" }, { opacity: 0.8 }),
        line(
          made.channels,
          { width: 1.9 },
          { fill: "tonexty", fillcolor: css(hexRgb(colour), 0.14) },
        ),
        ...(other?.words ? [line(other.channels, { width: 1.6, dash: "1px,3px" })] : []),
      ];
    });
  }

  const draw = plotIn(studio, frame, (plotly, theme) => {
    const { clip, reconstruction: made, compared } = studio.views;
    if (element.hidden || !isOfChannels()) return;
    if (made?.channels?.shape[0] !== clip.frames || !studio.joints.length) return;
    const unit = `${measured(made)}${shown === "change" ? "<br>a second" : ""}`;
    const labels = studio.joints.map(
      (name) => `<b>${wrapped(name)}</b><br>${unit.replace("raw feature", "feature").replace("standard ", "standard<br>")}`,
    );
    plotly.react(plot, traces(clip, made, compared, theme), rowsLayout(frame, studio.range, theme, labels), {
      staticPlot: true,
    });
    key.showB(compared?.words);
    plot.setAttribute(
      "aria-label",
      `${shown} over time of ${studio.joints.join(", ")}, ${measured(made)}; ${reference(studio)} dashed, reconstruction solid`,
    );
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
  });

  function errorOf(name, at) {
    const { clip, reconstruction: made } = studio.views;
    if (made?.channels?.shape[0] !== clip.frames) return "";
    const value = reader(clip, made.alignment, clip.channel_names.indexOf(name));
    return plain(Math.abs(value(made.channels, at) - value(clip.channels, at)));
  }

  followStudio(studio, isOfChannels, chips, draw);
  return {
    element,
    tools,
    draw,
    setQuantity: (name) => {
      shown = QUANTITIES.has(name) ? name : shown;
    },
  };
}
