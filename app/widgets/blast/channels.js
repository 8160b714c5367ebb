// The blast radius among channels: frames by channels, in standard deviations of the checkpoint.

import { namedGroups } from "../shared/parts.js";
import { plain } from "../shared/units.js";
import { brackets } from "./brackets.js";
import { heat } from "./heat.js";

const MARGIN = 8; // pixels above, and below to the scale
const UNDER = MARGIN + 22;
const LABEL = 13; // pixels of height for a group's name

export const CHANNELS_MOVED = {
  note: "channels moved by the latest edit; brackets: exact reach",
  top: (blast) => `${plain(blast.moved_max)} standard deviations`,
  paint: paintChannels,
  /** What is at a height of the picture in a frame, in words; "" where nothing is. */
  pointed({ clip, blast }, y, height, frame) {
    const [first, stop] = blast.frames;
    const [, width] = blast.moved.shape;
    const channel = Math.floor(((y - MARGIN) / (height - UNDER)) * width);
    if (channel < 0 || channel >= width || frame < first || frame >= stop) return "";
    const moved = blast.moved.values[(frame - first) * width + channel];
    return `${clip.channel_names[channel]}, frame ${frame}: ${plain(moved)} standard deviations`;
  },
};

/** Returns the picture in words. */
function paintChannels(context, { clip, blast, scale, height, theme }) {
  const [first, stop] = blast.frames;
  const [frames, width] = blast.moved.shape;
  const high = height - UNDER;
  const rows = Math.min(width, Math.round(high)); // the largest of the channels that share a pixel is drawn
  const x = (at) => scale.x((at - 0.5) / clip.fps);

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
      most[line] = Math.max(most[line], blast.moved.values[at * width + channel]);
    }
    const wide = x(first + at + 1) - x(first + at) + 0.5;
    most.forEach((value, line) => {
      context.fillStyle = heat(theme, value / (blast.moved_max || 1));
      context.fillRect(x(first + at), MARGIN + (line * high) / rows, wide, high / rows + 0.5);
    });
  }
  brackets(context, [x(first), x(stop)], MARGIN, high, theme.ink);
  context.restore();
  return `${blast.words}: channels moved in frames ${first} to ${stop - 1}, at most ${plain(blast.moved_max)} standard deviations`;
}
