// The upper half of the time line: one of several pictures of the same stretch of time.

import { h, segmented } from "../shared/dom.js";
import { followPointer, timeScale } from "../shared/timeaxis.js";
import { mountEditEffect } from "../edit_effect/edit_effect.js";
import { mountFeet } from "../feet/feet.js";
import { mountChannels } from "./channels.js";
import { mountMotion } from "./motion.js";

/** @import { Studio } from "../shared/store.js" */

/**
 * @typedef {object} Picture
 * @property {HTMLElement} element
 * @property {HTMLElement} tools
 * @property {() => void} draw
 * @property {(name: string) => void} [setQuantity]
 */

const JOINT_PICTURES = [
  ["position", "Position", "Where the chosen joints are"],
  ["velocity", "Velocity", "Their velocity along each axis"],
  ["speed", "Speed", "Their speed, whatever the direction"],
  ["feet", "Feet", "When the feet stand, and how far they slide"],
  ["effect", "Edit effect", "What the latest edit moved, frame by frame and joint by joint"],
];
const CHANNEL_PICTURES = [
  ["value", "Values", "The chosen channels over time"],
  ["change", "Change", "How fast they change, a second"],
  ["effect", "Edit effect", "What the latest edit moved, frame by frame and channel by channel"],
];
const PICTURES = { joints: JOINT_PICTURES, channels: CHANNEL_PICTURES };
const PANELS = new Set(["feet"]); // sent by the server only while they are looked at

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const cursor = h("div", { class: "time-cursor", hidden: true });
  const frame = h("div", { class: "time-frame trajectories-frame" });
  const side = h("div", { class: "picture-tools" });
  const tabs = Object.fromEntries(
    Object.entries(PICTURES).map(([parts, pictures]) => [
      parts,
      segmented("Picture", pictures, (name) => studio.setPicture(name)),
    ]),
  );
  place.append(
    h(
      "div",
      { class: "panel-head" },
      h("h2", { class: "visually-hidden" }, "Trajectories"),
      ...Object.values(tabs),
      side,
    ),
    frame,
  );

  const motion = mountMotion(studio, frame);
  const channels = mountChannels(studio, frame);
  /** @type {Record<string, Picture>} */
  const pictures = {
    position: motion,
    velocity: motion,
    speed: motion,
    value: channels,
    change: channels,
    feet: mountFeet(studio, frame),
    effect: mountEditEffect(studio, frame),
  };
  for (const picture of new Set(Object.values(pictures))) {
    frame.append(picture.element);
    side.append(picture.tools);
  }
  frame.append(cursor);

  function show(/** @type {string} */ name) {
    const before = studio.picture;
    if (PANELS.has(before) && before !== name)
      studio.command("show_panel", { panel: before, shown: false });
    if (PANELS.has(name) && before !== name) studio.command("show_panel", { panel: name });
    studio.picture = name;
    for (const one of Object.values(tabs)) one.show(name);
    for (const picture of new Set(Object.values(pictures))) {
      const shown = picture === pictures[name];
      picture.element.hidden = !shown;
      picture.tools.hidden = !shown;
    }
    pictures[name].setQuantity?.(name);
    pictures[name].draw();
  }

  function placeCursor() {
    const scale = timeScale(frame, studio.range);
    const x = scale.x(studio.clock.shown);
    cursor.hidden = !studio.views.clip || x < scale.left - 1 || x > scale.right;
    cursor.style.transform = `translateX(${x}px)`;
  }

  followPointer(frame, studio, () => timeScale(frame, studio.range));
  studio.clock.onChange(placeCursor);
  studio.on("range", placeCursor);
  studio.on("picture", (/** @type {string} */ name) => {
    const { parts } = studio.views.clip;
    if (PICTURES[parts].some(([offered]) => offered === name)) show(name);
  });
  studio.on("clip", ({ parts }) => {
    for (const [one, element] of Object.entries(tabs)) element.hidden = one !== parts;
    const offered = PICTURES[parts].map(([name]) => name);
    if (!offered.includes(studio.picture)) show(offered[0]);
  });
  show(studio.picture);
}
