// The chosen channels over time, a row each: original dashed, reconstruction solid, B dotted.

import { liveTheme } from "../shared/colour.js";
import { h, measure, oncePerFrame, onResize } from "../shared/dom.js";
import { reference } from "../shared/reference.js";
import { measured, plain } from "../shared/units.js";
import { followStudio, partChips } from "./chips.js";
import { DECODED, drawRows, lineKey, OF_B, ORIGINAL, rateAt, valuesAt, visibleFrames } from "./curves.js";
import { channelSearch } from "./search.js";

/**
 * @import { Theme } from "../shared/colour.js"
 * @import { ChannelsReconstruction } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { ChannelsClip, NumberArray, Unpacked, View } from "../shared/types.js"
 * @import { Row } from "./curves.js"
 */

const QUANTITIES = new Set(["value", "change"]);
const LABEL_CHARACTERS = 17; // that fit beside a plot

/**
 * Words in lines that fit beside their plot, bold or plain.
 *
 * @param {string} words
 * @param {"bold" | "plain"} kind
 * @returns {[string, string][]}
 */
function inLines(words, kind) {
  const lines = [""];
  for (const word of words.split(" ")) {
    if (`${lines.at(-1)} ${word}`.length > LABEL_CHARACTERS) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines.map((line) => (kind === "bold" ? [line, ""] : ["", line]));
}

/**
 * A channel at a frame, in feature units or, standardised, in standard deviations from the mean.
 *
 * @param {ChannelsClip} clip
 * @param {string} alignment
 * @param {number} channel
 */
function reader(clip, alignment, channel) {
  const width = clip.channels.shape[1];
  const [mean, std] =
    alignment === "standardised" ? [clip.mean.values[channel], clip.std.values[channel]] : [0, 1];
  return (/** @type {NumberArray} */ channels, /** @type {number} */ frame) =>
    (channels.values[frame * width + channel] - mean) / std;
}

export function mountChannels(/** @type {Studio} */ studio, /** @type {HTMLElement} */ frame) {
  let shown = "value";
  const search = channelSearch(studio);
  const chips = partChips(studio, {
    group: "Channels",
    labelOf: (/** @type {string} */ name) => name,
    errorOf,
    adder: () => search,
  });
  const key = lineKey(studio);
  const canvas = h("canvas", { class: "picture", role: "img", "aria-label": "Channels over time" });
  const element = h("div", { class: "plot" }, canvas, key.element);
  const tools = h("div", { class: "motion-tools" }, chips.element);
  const isOfChannels = () => studio.views.clip?.parts === "channels";

  /**
   * @param {ChannelsClip} clip
   * @param {Unpacked<ChannelsReconstruction>} made
   * @param {View<"compared">} other
   * @param {Theme} theme
   * @returns {Row[]}
   */
  function rowsOf(clip, made, other, theme) {
    const at = visibleFrames(studio.range, clip);
    const x = valuesAt(at, (one) => one / clip.fps);
    return studio.joints.map((name, order) => {
      const value = reader(clip, made.alignment, clip.channel_names.indexOf(name));
      const line = (/** @type {NumberArray} */ channels, /** @type {object} */ style) => ({
        x,
        y: valuesAt(at, (frameAt) =>
          shown === "value"
            ? value(channels, frameAt)
            : rateAt(frameAt, clip.frames, clip.fps, (one) => value(channels, one)),
        ),
        colour: theme.joints[order],
        width: 1,
        ...style,
      });
      const original = line(clip.channels, ORIGINAL);
      const decoded = { ...line(made.channels, DECODED), from: original.y };
      return {
        label: [...inLines(name, "bold"), ...inLines(unitOf(made), "plain")],
        originals: [original],
        others: [decoded, ...(other.channels ? [line(other.channels, OF_B)] : [])],
      };
    });
  }

  const unitOf = (/** @type {Unpacked<ChannelsReconstruction>} */ made) =>
    `${measured(made).replace("raw feature", "feature")}${shown === "change" ? " a second" : ""}`;

  const theme = liveTheme(() => draw());
  const draw = oncePerFrame(() => {
    const { clip, reconstruction: made, compared } = studio.views;
    if (element.hidden || clip?.parts !== "channels" || !made?.channels) return;
    if (made.channels.shape[0] !== clip.frames || !studio.joints.length) return;
    if (!measure(canvas).width) return;
    key.showLeaving(drawRows(canvas, studio.range, theme, rowsOf(clip, made, compared, theme)));
    key.showB(Boolean(compared?.words));
    canvas.setAttribute(
      "aria-label",
      `${shown} over time of ${studio.joints.join(", ")}, ${measured(made)}; ${reference(studio)} dashed, reconstruction solid`,
    );
    frame.dataset.drawn = String(Number(frame.dataset.drawn ?? 0) + 1);
  });

  function errorOf(/** @type {string} */ name, /** @type {number} */ at) {
    const { clip, reconstruction: made } = studio.views;
    if (clip.parts !== "channels" || made?.channels?.shape[0] !== clip.frames) return "";
    const value = reader(clip, made.alignment, clip.channel_names.indexOf(name));
    return plain(Math.abs(value(made.channels, at) - value(clip.channels, at)));
  }

  followStudio(studio, isOfChannels, chips, draw);
  onResize(frame, draw);
  return {
    element,
    tools,
    draw,
    setQuantity: (/** @type {string} */ name) => {
      shown = QUANTITIES.has(name) ? name : shown;
    },
  };
}
