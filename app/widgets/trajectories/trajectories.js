// The upper half of the time line: one of several pictures of the same stretch of time.

import { h, segmented } from "../shared/dom.js";
import { followPointer, timeScale } from "../shared/timeaxis.js";
import { mountBlast } from "../blast/blast.js";
import { mountFeet } from "../feet/feet.js";
import { mountMotion } from "./motion.js";

const PICTURES = [
  ["position", "Position", "Where the chosen joints are"],
  ["velocity", "Velocity", "Their velocity along each axis"],
  ["speed", "Speed", "Their speed, whatever the direction"],
  ["feet", "Feet", "When the feet stand, and how far they slide"],
  ["blast", "Blast radius", "What the latest edit moved, frame by frame and joint by joint"],
];
const PANELS = new Set(["feet"]); // sent by the server only while they are looked at

export function mountTrajectories(place, studio) {
  const cursor = h("div", { class: "time-cursor", hidden: true });
  const frame = h("div", { class: "time-frame trajectories-frame" });
  const side = h("div", { class: "picture-tools" });
  const tabs = segmented("Picture", PICTURES, (name) => studio.setPicture(name));
  place.append(
    h(
      "div",
      { class: "panel-head" },
      h("h2", { class: "visually-hidden" }, "Trajectories"),
      tabs,
      side,
    ),
    frame,
  );

  const motion = mountMotion(studio, frame);
  const pictures = {
    position: motion,
    velocity: motion,
    speed: motion,
    feet: mountFeet(studio, frame),
    blast: mountBlast(studio, frame),
  };
  for (const picture of new Set(Object.values(pictures))) {
    frame.append(picture.element);
    side.append(picture.tools);
  }
  frame.append(cursor);

  function show(name) {
    const before = studio.picture;
    if (PANELS.has(before) && before !== name)
      studio.command("show_panel", { panel: before, shown: false });
    if (PANELS.has(name) && before !== name) studio.command("show_panel", { panel: name });
    studio.picture = name;
    tabs.show(name);
    for (const picture of new Set(Object.values(pictures))) {
      const shown = picture === pictures[name];
      picture.element.hidden = !shown;
      picture.tools.hidden = !shown;
    }
    motion.setQuantity(name);
    pictures[name].draw();
  }

  function placeCursor() {
    const scale = timeScale(frame, studio.range);
    const x = scale.x(studio.clock.shown);
    cursor.hidden = !studio.views.clip || x < scale.left - 1 || x > frame.clientWidth;
    cursor.style.transform = `translateX(${x}px)`;
  }

  followPointer(frame, studio, () => timeScale(frame, studio.range));
  studio.clock.onChange(placeCursor);
  studio.on("range", placeCursor);
  studio.on("picture", (name) => {
    if (name in pictures) show(name);
  });
  show(studio.picture);
}
