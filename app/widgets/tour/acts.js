// The tour's three acts. In each the page does something, and then the visitor does it.

import { BY_TOUCH } from "../shared/dom.js";

/**
 * @import { Studio } from "../shared/store.js"
 *
 * @typedef {object} Act
 * @property {string} title
 * @property {string} rings what is framed while it is the visitor's turn
 * @property {(studio: Studio) => void} does
 * @property {(studio: Studio) => string} shown what is seen then
 * @property {(studio: Studio) => void} takesBack so that the visitor can do it
 * @property {string} asks
 * @property {(studio: Studio) => boolean} isDone
 */

const AROUND = 4; // steps that the page scrambles
const SEED = 7;

const lastEdit = (/** @type {Studio} */ studio) => studio.views.edits.edits.at(-1);
const isScrambled = (/** @type {Studio} */ studio) => lastEdit(studio)?.kind === "random" && !lastEdit(studio)?.repair;
const isRepaired = (/** @type {Studio} */ studio) => lastEdit(studio)?.kind === "random" && Boolean(lastEdit(studio)?.repair);
const all = (/** @type {Studio} */ studio) => studio.views.tokens.layers.map(() => true);
const press = BY_TOUCH.matches ? "Tap" : "Press";
const what = (/** @type {Studio} */ studio) => (studio.views.clip.parts === "joints" ? "body" : "motion");

/** Scramble a few tokens of layer 1 in the middle of the clip, and go to just before them. */
function scramble(/** @type {Studio} */ studio) {
  const { steps, ratio, fps } = studio.views.clip;
  const first = Math.max(0, Math.floor(steps / 2) - AROUND);
  const region = [0, 0, first, Math.min(steps - 1, first + AROUND)];
  studio.command("fill_random", { region, seed: SEED, repair: false });
  studio.clock.seek((Math.max(0, first - 1) * ratio) / fps);
  studio.reveal(studio.clock.time);
}

/** @type {Act[]} */
export const ACTS = [
  {
    title: "Drop a layer",
    rings: ".layer-column",
    does: (studio) =>
      studio.command("set_layers", { layers: all(studio).map((_, layer) => layer !== 0) }),
    shown: (studio) =>
      `Layer 1 is off: its codes are no longer in the sum. The later layers only correct what layer 1 says, so without it the ${what(studio)} is lost.`,
    takesBack: (studio) => studio.command("set_layers", { layers: all(studio) }),
    asks: `Your turn: switch a layer off, and see how much it mattered. ${press} its switch beside the tokens.`,
    isDone: ({ views }) => !views.tokens.layers.every(Boolean),
  },
  {
    title: "Scramble tokens",
    rings: ".scramble",
    does: (studio) => {
      studio.command("set_layers", { layers: all(studio) });
      scramble(studio);
    },
    shown: (studio) =>
      `${AROUND + 1} tokens of layer 1 are other codes now; they are framed in red. Only the frames that they reach have changed: watch the ${what(studio)} as it comes to them.`,
    takesBack: (studio) => isScrambled(studio) && studio.command("undo"),
    asks: `Your turn: ${press.toLowerCase()} Scramble tokens, at a moment that you like.`,
    isDone: isScrambled,
  },
  {
    title: "Repair",
    rings: ".scramble",
    does: (studio) => {
      if (!isScrambled(studio)) scramble(studio);
      studio.command("treat_later_layers", { repair: true });
    },
    shown: () =>
      "The later layers have chosen their codes again, each the nearest to what is now left to it. The scrambled tokens are as wrong as before, and much of what they broke is made up for.",
    takesBack: (studio) => isRepaired(studio) && studio.command("undo"),
    asks: `Your turn: ${press.toLowerCase()} Repair, and watch the rows below layer 1 change.`,
    isDone: isRepaired,
  },
];
