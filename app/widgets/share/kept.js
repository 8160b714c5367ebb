// The work is kept in the browser as it changes, and offered to who comes back.

import { h } from "../shared/dom.js";
import { lookOf, wear } from "./look.js";

/**
 * @import { Keeper, Kept } from "../shared/keeper.js"
 * @import { Studio } from "../shared/store.js"
 */

/**
 * Keep the work whenever it changes; a page on which nothing was done has none.
 *
 * @param {Studio} studio
 * @param {Keeper} keeper
 */
export function keepWork(studio, keeper) {
  const text = () => {
    const { state, edits } = studio.views.session.resume;
    return JSON.stringify([state, edits.length, edits.at(-1)]);
  };
  const opening = text();
  let hasWork = false;

  function keep() {
    const { resume, views } = studio;
    const isOpening = text() === opening && !Object.keys(views.own_files.files.clips).length;
    if (isOpening && !hasWork) return;
    hasWork = !isOpening;
    if (hasWork) keeper.keep({ resume, look: { ...lookOf(studio), notes: studio.notes }, words: wordsOf(studio) });
    else void keeper.forget();
  }

  for (const view of /** @type {const} */ (["session", "own_files"])) studio.on(view, keep);
  for (const choice of /** @type {const} */ (["joints", "picture", "tab", "notes"]))
    studio.on(choice, () => {
      if (hasWork) keep();
    });
  let hasSaid = "";
  studio.on("own_files", ({ too_large: words }) => {
    if (words && words !== hasSaid) studio.say(words);
    hasSaid = words;
  });
  addEventListener("pagehide", () => void keeper.flush());
}

/** @param {Studio} studio */
function wordsOf({ views: { clip, edits } }) {
  const count = edits.edits.length;
  return `${clip.title}, ${count === 0 ? "no edits" : count === 1 ? "1 edit" : `${count} edits`}`;
}

/**
 * Ask whether to go on with what was kept. An address that names a state is asked about only after a reload.
 *
 * @param {Studio} studio
 * @param {Keeper} keeper
 * @param {Kept | null} kept
 * @param {HTMLElement} root
 */
export function offerKept(studio, keeper, kept, root) {
  if (!kept) return;
  const found = kept;
  const { resume, look, words, saved } = found;
  const isReload = kept.tab === keeper.tab;
  if (!isReload && new URLSearchParams(location.search).has("state")) return;
  const button = (
    /** @type {string} */ label,
    /** @type {string} */ style,
    /** @type {() => void} */ act,
  ) => h("button", { type: "button", class: style, onclick: act }, label);
  const offer = h(
    "aside",
    { class: "kept-offer", "aria-label": "Your earlier work" },
    h("p", {}, h("strong", {}, "Continue where you left off?"), ` ${words}, ${ago(saved)}.`),
    h(
      "div",
      { class: "step-row" },
      button("Continue", "primary", goOn),
      button("Start fresh", "", startFresh),
    ),
  );
  root.querySelector(".header")?.append(offer);

  async function goOn() {
    offer.remove();
    await studio.continueWith(resume);
    wear(studio, look);
  }

  function startFresh() {
    offer.remove();
    void keeper.discard(found);
  }
}

/** @param {number} saved milliseconds since 1970 */
function ago(saved) {
  const minutes = Math.round((Date.now() - saved) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} minute${minutes === 1 ? "" : "s"} ago`;
  return `on ${new Date(saved).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}`;
}
