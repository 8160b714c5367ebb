// What is seen on the stage where it is not what one expects, and why, in a sentence.

/** @import { View } from "../shared/types.js" */

/**
 * @param {View<"tokens">} tokens
 * @returns {string} "" where the body is what one expects
 */
export function whyItLooksSo({ layers, off }) {
  const gone = layers.flatMap((on, layer) => (on ? [] : [layer + 1]));
  if (!gone.length) return "";
  const names = `Layer${gone.length > 1 ? "s" : ""} ${gone.join(", ")}`;
  const many = gone.length > 1;
  if (off === "average")
    return `${names} stand${many ? "" : "s"} for the average code: an average body, on which the other layers are seen at work.`;
  if (gone.length === layers.length)
    return "No layer is on: this is what the decoder makes of nothing at all.";
  if (layers[0]) return "";
  return "Without layer 1 the sum lies outside what the decoder has seen: the body comes apart. Let off mean the average code to see the other layers at work.";
}
