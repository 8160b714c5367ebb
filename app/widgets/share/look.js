// How the page looks, beside the work itself: what travels in links and files, and is kept in the browser.

import { partNames } from "../shared/parts.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @typedef {{ joints: string[], time: number, picture: string, tab: string, notes?: string }} Look
 */

/**
 * @param {Studio} studio
 * @returns {Look}
 */
export function lookOf({ joints, clock, picture, tab }) {
  return { joints, time: clock.time, picture, tab };
}

/**
 * Make the page look so, as far as the present clip has what was shown.
 *
 * @param {Studio} studio
 * @param {Look} look
 */
export function wear(studio, { joints, time, picture, tab, notes }) {
  if (notes !== undefined) studio.setNotes(notes);
  const names = new Set(partNames(studio.views.clip));
  const known = joints.filter((name) => names.has(name));
  if (known.length) studio.setJoints(known);
  studio.setPicture(picture);
  if (tab) studio.showTab(tab);
  studio.clock.pause();
  studio.clock.seek(time);
}
