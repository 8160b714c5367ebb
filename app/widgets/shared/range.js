// The stretch of time that plots and grid show, in seconds: moved and zoomed within the whole clip.

/**
 * @typedef {{ from: number, to: number }} Range
 * @typedef {{ fps: number, steps: number, ratio: number }} Timing of a clip: frames a second, steps, frames a step
 */

const LEAST_STEPS = 4; // zoomed in as far as this

/**
 * A whole clip's stretch, half a frame beyond its first and last.
 *
 * @param {Timing} clip
 * @returns {Range}
 */
export const wholeRange = ({ fps, steps, ratio }) => ({
  from: -0.5 / fps,
  to: (steps * ratio - 0.5) / fps,
});

/**
 * More (factor above 1) or less time, with one moment staying in its place.
 *
 * @param {Range} range
 * @param {Timing} clip
 * @param {number} factor
 * @param {number} around seconds
 */
export function zoomed(range, clip, factor, around) {
  const full = wholeRange(clip);
  const whole = full.to - full.from;
  const least = Math.min(whole, (LEAST_STEPS * clip.ratio) / clip.fps);
  const wide = Math.max(least, Math.min(whole, (range.to - range.from) * factor));
  const share = (around - range.from) / (range.to - range.from);
  return scrolled(clip, around - Math.max(0, Math.min(1, share)) * wide, wide);
}

/**
 * The stretch of this width that begins at `from`, or as near to it as the clip allows.
 *
 * @param {Timing} clip
 * @param {number} from
 * @param {number} wide
 * @returns {Range}
 */
export function scrolled(clip, from, wide) {
  const full = wholeRange(clip);
  const start = Math.max(full.from, Math.min(full.to - wide, from));
  return { from: start, to: start + wide };
}

/**
 * The stretch, moved so that a moment is in sight; itself where it already is.
 *
 * @param {Range} range
 * @param {Timing} clip
 * @param {number} seconds
 */
export function revealing(range, clip, seconds) {
  const { from, to } = range;
  if (seconds >= from && seconds <= to) return range;
  return scrolled(clip, seconds - (to - from) * 0.1, to - from);
}
