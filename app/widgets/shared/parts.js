// Which joints or channels the trajectories show, remembered for each kind.

const OPENING_JOINTS = ["left_wrist", "right_foot"];
const OPENING_CHANNELS = 2;

/** Names of the parts of a clip: joints or channels. */
export const partNames = (clip) =>
  clip.parts === "joints" ? clip.joint_names : clip.channel_names;

/** What of an earlier choice a clip has; else the usual joints, or the channels that are furthest off. */
export function openingParts(clip, made, earlier = []) {
  const names = new Set(partNames(clip));
  const known = earlier.filter((name) => names.has(name));
  if (known.length) return known;
  if (clip.parts === "joints") return OPENING_JOINTS;
  const errors = made.channel_errors.values;
  return clip.channel_names
    .map((name, index) => ({ name, error: errors[index] }))
    .sort((a, b) => b.error - a.error)
    .slice(0, OPENING_CHANNELS)
    .map(({ name }) => name);
}

/** Channels whose name or group has every word of the query: [{name, group, index}], the exact number first. */
export function findChannels({ channel_names: names, groups }, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const groupOf = (index) => groups.find(({ first, stop }) => first <= index && index < stop).title;
  const found = names
    .map((name, index) => ({ name, index, group: groupOf(index) }))
    .filter(({ name, index, group }) =>
      words.every((word) =>
        /^\d+$/.test(word)
          ? String(index) === word || name.split(" ").includes(word)
          : `${name} ${group}`.toLowerCase().includes(word),
      ),
    );
  return found.sort((a, b) => Number(String(b.index) === query) - Number(String(a.index) === query));
}

/** Groups whose names fit where they begin on `high` pixels, large ones first: [{title, top}]. */
export function namedGroups({ groups, channels }, high, label) {
  const named = [];
  const size = ({ first, stop }) => stop - first;
  for (const { title, first } of [...groups].sort((a, b) => size(b) - size(a))) {
    const top = (first * high) / channels.shape[1];
    const isFree = named.every((other) => Math.abs(other.top - top) >= label);
    if (isFree && top + label <= high) named.push({ title, top });
  }
  return named;
}
