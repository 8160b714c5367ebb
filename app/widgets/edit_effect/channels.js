// What an edit moved among channels: frames by channels, in standard deviations of the checkpoint.

import { namedGroups } from "../shared/parts.js";
import { plain } from "../shared/units.js";
import { brackets } from "./brackets.js";
import { heat } from "./heat.js";

/**
 * @import { ChannelsMoved } from "../shared/payloads"
 * @import { ChannelsClip, Unpacked } from "../shared/types.js"
 * @import { Moved, Place } from "./edit_effect.js"
 */

const MARGIN = 8; // pixels above, and below to the scale
const UNDER = MARGIN + 22;
const LABEL = 13; // pixels of height for a group's name

/**
 * @param {ChannelsClip} clip
 * @param {Unpacked<ChannelsMoved>} effect
 * @returns {Moved}
 */
export const channelsMoved = (clip, effect) => ({
  top: `${plain(effect.moved_max)} standard deviations`,
  paint: (context, place) => paintChannels(context, clip, effect, place),
  pointed(y, height, frame) {
    const [first, stop] = effect.frames;
    const [, width] = effect.moved.shape;
    const channel = Math.floor(((y - MARGIN) / (height - UNDER)) * width);
    if (channel < 0 || channel >= width || frame < first || frame >= stop) return "";
    const moved = effect.moved.values[(frame - first) * width + channel];
    return `${clip.channel_names[channel]}, frame ${frame}: ${plain(moved)} standard deviations`;
  },
});

/**
 * Returns the picture in words.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {ChannelsClip} clip
 * @param {Unpacked<ChannelsMoved>} effect
 * @param {Place} place
 */
function paintChannels(context, clip, effect, { scale, height, theme }) {
  const [first, stop] = effect.frames;
  const [frames, width] = effect.moved.shape;
  const high = height - UNDER;
  const rows = Math.min(width, Math.round(high)); // the largest of the channels that share a pixel is drawn
  const x = (/** @type {number} */ at) => scale.x((at - 0.5) / clip.fps);

  context.fillStyle = theme.soft;
  for (const { title, top } of namedGroups(clip, high, LABEL))
    context.fillText(title, 0, MARGIN + top + LABEL / 2);

  context.save();
  context.beginPath();
  context.rect(scale.left, 0, scale.width, height);
  context.clip();
  for (let at = 0; at < frames; at++) {
    const most = new Float32Array(rows);
    for (let channel = 0; channel < width; channel++) {
      const line = Math.floor((channel * rows) / width);
      most[line] = Math.max(most[line], effect.moved.values[at * width + channel]);
    }
    const wide = x(first + at + 1) - x(first + at) + 0.5;
    most.forEach((value, line) => {
      context.fillStyle = heat(theme, value / (effect.moved_max || 1));
      context.fillRect(x(first + at), MARGIN + (line * high) / rows, wide, high / rows + 0.5);
    });
  }
  brackets(context, [x(first), x(stop)], MARGIN, high, theme.ink);
  context.restore();
  return `${effect.words}: channels moved in frames ${first} to ${stop - 1}, at most ${plain(effect.moved_max)} standard deviations`;
}
