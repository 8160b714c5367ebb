// Which joints or channels the trajectories show, remembered for each kind.

/**
 * @import { ChannelGroup } from "./payloads"
 * @import { ChannelsClip, Clip, View } from "./types.js"
 */

const OPENING_JOINTS = ["left_wrist", "right_foot"];
const OPENING_CHANNELS = 2;

/** Names of the parts of a clip: joints or channels. */
export const partNames = (/** @type {Clip} */ clip) =>
  clip.parts === "joints" ? clip.joint_names : clip.channel_names;

/**
 * What of an earlier choice a clip has; else the usual joints, or the channels that are furthest off.
 *
 * @param {Clip} clip
 * @param {View<"reconstruction">} made
 * @param {string[]} earlier
 */
export function openingParts(clip, made, earlier = []) {
  const names = new Set(partNames(clip));
  const known = earlier.filter((name) => names.has(name));
  if (known.length) return known;
  if (clip.parts === "joints") {
    const usual = OPENING_JOINTS.filter((name) => names.has(name));
    return usual.length ? usual : clip.joint_names.slice(-1);
  }
  if (!made.channel_errors) return clip.channel_names.slice(0, OPENING_CHANNELS);
  const errors = made.channel_errors.values;
  return clip.channel_names
    .map((name, index) => ({ name, error: errors[index] }))
    .sort((a, b) => b.error - a.error)
    .slice(0, OPENING_CHANNELS)
    .map(({ name }) => name);
}

/**
 * Channels whose name or group has every word of the query: [{name, group, index}], the exact number first.
 *
 * @param {ChannelsClip} clip
 * @param {string} query
 */
export function findChannels({ channel_names: names, groups }, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groupOf = (/** @type {number} */ index) =>
    groups.find(({ first, stop }) => first <= index && index < stop)?.title ?? "";
  const found = names
    .map((name, index) => ({ name, index, group: groupOf(index) }))
    .filter(({ name, index, group }) =>
      words.every((word) =>
        /^\d+$/.test(word)
          ? String(index) === word || name.split(" ").includes(word)
          : `${name} ${group}`.toLowerCase().includes(word),
      ),
    );
  return found.sort(
    (a, b) => Number(String(b.index) === query) - Number(String(a.index) === query),
  );
}

/**
 * Groups whose names fit where they begin on `high` pixels, large ones first.
 *
 * @param {ChannelsClip} clip
 * @param {number} high
 * @param {number} label its height
 */
export function namedGroups({ groups, channels }, high, label) {
  /** @type {{ title: string, top: number }[]} */
  const named = [];
  const size = (/** @type {ChannelGroup} */ { first, stop }) => stop - first;
  for (const { title, first } of [...groups].sort((a, b) => size(b) - size(a))) {
    const top = (first * high) / channels.shape[1];
    const isFree = named.every((other) => Math.abs(other.top - top) >= label);
    if (isFree && top + label <= high) named.push({ title, top });
  }
  return named;
}
