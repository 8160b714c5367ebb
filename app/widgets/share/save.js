// Files of what is on the page: tokens, motion, and films, which are drawn in the background.

import { h, segmented } from "../shared/dom.js";
import { jobBar, orders, ticket } from "../shared/jobs.js";

/**
 * @import { Child } from "../shared/dom.js"
 * @import { Studio } from "../shared/store.js"
 */

const JOB = "film";
const TOKENS = [
  ["tokens.csv", "CSV"],
  ["tokens.json", "JSON"],
  ["tokens.npz", "npz"],
];
const MOTION = [
  ["features.npy", "Features, npy"],
  ["joints.npy", "Joints, npy"],
  ["motion.npz", "Both, npz"],
  ["motion.bvh", "BVH"],
  ["scene.glb", "GLB, with the original"],
];
const FILMS = [
  ["film.mp4", "MP4"],
  ["film.gif", "GIF"],
];
const VIEWS = [
  ["overlay", "Overlay", "Both bodies in one place; the original is the pale one"],
  ["split", "Side by side", "The original on the left, the reconstruction on the right"],
];

const SHAPES = [
  ["landscape", "Landscape", "1280 by 720; a GIF is half as large"],
  ["portrait", "Portrait", "720 by 1280, for a phone; a GIF is half as large"],
];

/** The contents of the menu. */
export function saveMenu(/** @type {Studio} */ studio) {
  let view = "overlay";
  const views = segmented("Bodies", VIEWS, (value) => {
    view = value;
    views.show(view);
  });
  views.show(view);
  let shape = "landscape";
  const shapes = segmented("Shape", SHAPES, (value) => {
    shape = value;
    shapes.show(shape);
  });
  shapes.show(shape);

  const films = orders(studio, JOB, "save_film");
  const film = (/** @type {string} */ kind) => {
    const request = ticket();
    films.order(request, { kind, view, shape, request });
  };

  /**
   * @param {string} title
   * @param {string} note
   * @param {string[][]} choices
   * @param {(kind: string) => void} act
   * @param {Child[]} more
   */
  const row = (title, note, choices, act, ...more) =>
    h(
      "section",
      { class: "save-row", "aria-label": title },
      h("h3", {}, title),
      ...more,
      h("p", { class: "note" }, note),
      h(
        "div",
        { class: "edit-row" },
        ...choices.map(([kind, label]) =>
          h("button", { type: "button", "data-save": kind, onclick: () => act(kind) }, label),
        ),
      ),
    );
  const file = (/** @type {string} */ kind) => studio.command("save_export", { kind });
  return [
    row("Tokens", "Every layer, with your edits; a dropped token is \u22121.", TOKENS, file),
    row("Reconstruction", "Decoded from the layers that are on.", MOTION, file),
    row("Film", "The reconstruction with its original, coloured by its error, and its tokens, lit as they play.", FILMS, film, views, shapes),
    jobBar(studio, JOB),
  ];
}
