// What a stage does, in a sentence with the numbers of the step.

/**
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

export const DROPPED = -1;

/** A length in the latent's units. */
export const long = (/** @type {number} */ value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/**
 * The sums of a step in the plane of the walk, how long its latent is and what is left after each layer.
 *
 * @param {View<"pipeline">} pipeline
 * @param {number} step
 */
export function walkAt({ first, walk, length }, step) {
  const [, count] = walk.shape;
  const of = length.values[step - first];
  const points = Array.from({ length: count }, (_, v) => {
    const at = ((step - first) * count + v) * 2;
    return [walk.values[at], walk.values[at + 1]];
  });
  return { points, length: of, left: points.map(([along, beside]) => Math.hypot(of - along, beside)) };
}

/**
 * Stages are counted from the frames: 0 frames, 1 latent, 2 … the layers, then the sum and the body.
 *
 * @param {Studio} studio
 * @param {number} stage
 * @param {number} step
 */
export function sentence(studio, stage, step) {
  const { clip, tokens, latent, pipeline, checkpoint } = studio.views;
  if (!latent || !pipeline) return "";
  const layers = tokens.layers.length;
  const { left, length } = walkAt(pipeline, step);
  const first = step * clip.ratio;
  const last = Math.min(clip.frames, first + clip.ratio) - 1;
  if (stage === 0)
    return `Frames ${first} to ${last}, seen together with frames around them, are encoded into one vector.`;
  if (stage === 1)
    return `The latent: ${latent.latent.shape[1]} numbers, as a vector ${long(length)} long. Layer 1 gets all of it.`;
  if (stage === layers + 2)
    return `The chosen codes added up: ${long(left[layers])} short of the latent. Its distances from zero and from the latent are drawn true; a code may be longer than its arrow.`;
  if (stage === layers + 3) {
    const [from, stop] = latent.decoded_from[step - latent.first];
    return `The decoder makes frames ${first} to ${last} of the sums of steps ${from} to ${stop - 1}.`;
  }
  const layer = stage - 2;
  const code = tokens.codes.values[layer * clip.steps + step];
  if (code === DROPPED || !tokens.layers[layer])
    return `Layer ${layer + 1} is ${code === DROPPED ? "dropped" : "off"} here: ${long(left[layer])} comes in, ${long(left[layer + 1])} is left.`;
  const isOwn = code === clip.tokens.values[layer * clip.steps + step];
  const which = isOwn ? `the nearest of ${checkpoint.num_embeddings} codes, ${code}` : `code ${code}, as edited`;
  return `Layer ${layer + 1} gets what is left, ${long(left[layer])} long, and takes off ${which}: ${long(left[layer + 1])} is left${layer + 1 < layers ? ` for layer ${layer + 2}` : ""}.`;
}
