// What a decoding is held against: the recorded original or, for a row of a token table, its tokens decoded.

import { h, setText } from "./dom.js";

/** @import { Studio } from "./store.js" */

/** Its name for the clip that is open. */
export const reference = (/** @type {Studio} */ studio) => studio.views.clip.reference;

/** The same to begin a label with. */
export const Reference = (/** @type {Studio} */ studio) => {
  const name = reference(studio);
  return name[0].toUpperCase() + name.slice(1);
};

/** A word on the page that follows the open clip. */
export function referenceWord(/** @type {Studio} */ studio) {
  const word = h("span", {});
  studio.on("clip", () => setText(word, reference(studio)));
  return word;
}
