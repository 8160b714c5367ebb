// Files of what is on the page: tokens, motion, and films, which are drawn in the background.

import { h, segmented } from "../shared/dom.js";
import { jobBar, orders, ticket } from "../shared/jobs.js";

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
];
const FILMS = [
  ["film.mp4", "MP4"],
  ["film.gif", "GIF"],
];
const VIEWS = [
  ["overlay", "Overlay", "Both bodies in one place; the original is the pale one"],
  ["split", "Side by side", "The original on the left, the reconstruction on the right"],
];

/** The contents of the menu. */
export function saveMenu(studio) {
  let view = "overlay";
  const views = segmented("Bodies", VIEWS, (value) => {
    view = value;
    views.show(view);
  });
  views.show(view);

  const films = orders(studio, JOB, "save_film");
  const film = (kind) => {
    const request = ticket();
    films.order(request, { kind, view, request });
  };

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
  const file = (kind) => studio.command("save_export", { kind });
  return [
    row("Tokens", "Every layer, with your edits; a dropped token is \u22121.", TOKENS, file),
    row("Reconstruction", "Decoded from the layers that are on.", MOTION, file),
    row("Film", "The reconstruction with its original, coloured by its error.", FILMS, film, views),
    jobBar(studio, JOB),
  ];
}
