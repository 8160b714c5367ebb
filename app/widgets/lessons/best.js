// The best score on each clip with each checkpoint: kept in this browser, with a link to the tokens that had it.

import { h, setText } from "../shared/dom.js";
import { lookOf } from "../share/look.js";

/** @import { Studio } from "../shared/store.js" */
/** @typedef {{ score: number, link: string }} Best */

const KEY = "rvq-motion-studio.best";

/** @returns {Record<string, Best>} */
function readBest() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

/**
 * Says the best score so far; show(score) is told each present one.
 *
 * @param {Studio} studio
 * @param {(text: string) => string} addressOf a link to the challenge with this state in it
 */
export function bestScore(studio, addressOf) {
  const said = h("span", {});
  const link = h("a", { hidden: true }, "Link to it");
  const element = h("p", { class: "note best-score" }, said, link);
  /** @type {{ name: string, score: number } | null} */
  let reached = null; // waits for its link

  const nameOf = () => `${studio.views.session.checkpoint} ${studio.views.session.clip}`;

  function tell(/** @type {Best | undefined} */ best) {
    setText(said, best ? `Your best on this clip, kept in this browser: ${best.score}. ` : "");
    link.hidden = !best;
    if (best) link.href = best.link;
  }

  function show(/** @type {number} */ score) {
    const best = readBest()[nameOf()];
    tell(best);
    if (score <= (best?.score ?? 0)) return;
    reached = { name: nameOf(), score };
    studio.command("make_link", lookOf(studio));
  }

  studio.on("notification", (notification) => {
    if (notification.kind !== "link" || !reached) return;
    const { name, score } = reached;
    reached = null;
    const best = { score, link: addressOf(notification.text) };
    if (name === nameOf()) tell(best);
    try {
      localStorage.setItem(KEY, JSON.stringify({ ...readBest(), [name]: best }));
    } catch {
      // A browser that keeps nothing forgets the score with the page.
    }
  });
  return { element, show };
}
