// The latest edit's effect in a sentence.

import { jointLabel, mm } from "../shared/dom.js";
import { plain } from "../shared/units.js";

/** Pose here and path from here on, or the channels. */
export function radiusWords(blast, clip) {
  if (!blast.words)
    return "An edit reaches only as far as the decoder's convolutions; what it moved will be said here.";
  if (!blast.frames)
    return `${blast.words}: nothing moved, the layer is off or the codes are the same.`;
  return clip.parts === "joints" ? poseWords(blast, clip) : channelWords(blast, clip);
}

function poseWords(blast, clip) {
  const [first, stop] = blast.frames;
  const joint = jointLabel(clip.joint_names[blast.pose_max_joint]);
  const path =
    blast.path_end_mm < 0.05 && blast.turn_end_degrees < 0.005
      ? "the path did not drift"
      : `the path drifts from there on and ends ${mm(blast.path_end_mm)} mm and ${blast.turn_end_degrees.toFixed(1)}° away`;
  return `Latest edit: the pose moved in frames ${first} to ${stop - 1}, at most ${mm(blast.pose_max_mm)} mm (${joint}, frame ${blast.pose_max_frame}); ${path}.`;
}

function channelWords(blast, clip) {
  const [first, stop] = blast.frames;
  const channel = clip.channel_names[blast.moved_max_channel];
  return `Latest edit: channels moved in frames ${first} to ${stop - 1}, at most ${plain(blast.moved_max)} standard deviations, ${plain(blast.moved_max_raw)} feature units (${channel}, frame ${blast.moved_max_frame}).`;
}
