// The blast radius among channels: frames by channels, in standard deviations of the checkpoint.

import { css, mix } from "../shared/colour.js";
import { namedGroups } from "../shared/parts.js";
import { plain } from "../shared/units.js";
import { brackets } from "./brackets.js";

const MARGIN = 8; // pixels above, and below to the scale
const LABEL = 13; // pixels of height for a group's name

export const CHANNEL_NOTE =
  "channels moved by the latest edit, full colour where most; brackets: exact reach";

/** Returns the picture in words. */
export function paintChannels(context, { clip, blast, scale, height, theme }) {
  const [first, stop] = blast.frames;
  const [frames, width] = blast.moved.shape;
  const high = height - MARGIN - 22;
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
      const share = Math.sqrt(value / (blast.moved_max || 1));
      context.fillStyle = css(mix(theme.panelRgb, theme.hotRgb, share));
      context.fillRect(x(first + at), MARGIN + (line * high) / rows, wide, high / rows + 0.5);
    });
  }
  brackets(context, [x(first), x(stop)], MARGIN, high, theme.ink);
  context.restore();
  return `${blast.words}: channels moved in frames ${first} to ${stop - 1}, at most ${plain(blast.moved_max)} standard deviations`;
}
