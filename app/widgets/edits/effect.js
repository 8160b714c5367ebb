// The latest edit's effect in a sentence.

import { jointLabel, mm } from "../shared/dom.js";
import { plain } from "../shared/units.js";

/**
 * @import { JointsMoved, ChannelsMoved } from "../shared/payloads"
 * @import { ChannelsClip, Clip, JointsClip, Unpacked, View } from "../shared/types.js"
 */

/** Pose here and path from here on, or the channels. */
export function effectWords(/** @type {View<"edit_effect">} */ effect, /** @type {Clip} */ clip) {
  if (!effect.words)
    return "An edit reaches only as far as the decoder's convolutions; what it moved will be said here.";
  if (!effect.frames)
    return `${effect.words}: nothing moved, the layer is off or the codes are the same.`;
  if (clip.parts === "joints" && effect.pose_mm) return poseWords(effect, clip);
  return clip.parts === "channels" && effect.moved ? channelWords(effect, clip) : "";
}

function poseWords(/** @type {Unpacked<JointsMoved>} */ effect, /** @type {JointsClip} */ clip) {
  const [first, stop] = effect.frames;
  const joint = jointLabel(clip.joint_names[effect.pose_max_joint]);
  const path =
    effect.path_end_mm < 0.05 && effect.turn_end_degrees < 0.005
      ? "the path did not drift"
      : `the path drifts from there on and ends ${mm(effect.path_end_mm)} mm and ${effect.turn_end_degrees.toFixed(1)}° away`;
  return `Latest edit: the pose moved in frames ${first} to ${stop - 1}, at most ${mm(effect.pose_max_mm)} mm (${joint}, frame ${effect.pose_max_frame}); ${path}.`;
}

function channelWords(
  /** @type {Unpacked<ChannelsMoved>} */ effect,
  /** @type {ChannelsClip} */ clip,
) {
  const [first, stop] = effect.frames;
  const channel = clip.channel_names[effect.moved_max_channel];
  return `Latest edit: channels moved in frames ${first} to ${stop - 1}, at most ${plain(effect.moved_max)} standard deviations, ${plain(effect.moved_max_raw)} feature units (${channel}, frame ${effect.moved_max_frame}).`;
}
