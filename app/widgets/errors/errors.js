// Error joint by joint, and how it falls with every layer that is kept.

import { css, errorColour, ERROR_TOP_MM } from "../shared/colour.js";
import { h, jointLabel, mm, setText } from "../shared/dom.js";

const MOST_JOINTS = 4;

export function mountErrors(place, studio) {
  const joints = h("div", { class: "joint-bars" });
  const ladder = h("div", { class: "ladder" });
  const unit = h("span", { class: "note" });
  const ladderNote = h("span", { class: "note" });
  place.append(
    h(
      "section",
      { class: "panel", "aria-label": "Error by joint" },
      h("div", { class: "panel-head" }, h("h2", {}, "Error by joint"), unit),
      joints,
    ),
    h(
      "section",
      { class: "panel", "aria-label": "Error by number of layers" },
      h("div", { class: "panel-head" }, h("h2", {}, "Error by layers kept"), ladderNote),
      ladder,
    ),
  );

  function pick(name) {
    const chosen = studio.joints.includes(name)
      ? studio.joints.filter((other) => other !== name)
      : [...studio.joints, name].slice(-MOST_JOINTS);
    if (chosen.length) studio.setJoints(chosen);
  }

  function buildJoints(names) {
    joints.replaceChildren(
      ...names.map((name) =>
        h(
          "button",
          {
            type: "button",
            class: "joint-bar",
            "data-joint": name,
            title: "Show or hide this joint's trajectory",
            onclick: () => pick(name),
          },
          h("span", { class: "joint-name" }, jointLabel(name)),
          h("span", { class: "track" }, h("i", {}), h("b", { hidden: true, title: "B" })),
          h("output", { "aria-live": "off" }),
        ),
      ),
    );
  }

  function markChosen() {
    for (const bar of joints.children)
      bar.setAttribute("aria-pressed", String(studio.joints.includes(bar.dataset.joint)));
  }

  studio.on("clip", (clip) => {
    if (!joints.children.length) buildJoints(clip.joint_names);
    markChosen();
  });
  studio.on("joints", markChosen);
  studio.on("reconstruction", (made) => {
    setText(
      unit,
      `mm, mean over frames, ${made.alignment === "global" ? "global" : `${made.alignment}-aligned`}`,
    );
    [...joints.children].forEach((bar, joint) => {
      const error = made.joint_mm[joint];
      const fill = bar.querySelector("i");
      fill.style.width = `${Math.min(100, (100 * error) / ERROR_TOP_MM)}%`;
      fill.style.background = css(errorColour(error));
      setText(bar.querySelector("output"), mm(error));
    });
  });

  studio.on("compared", (other) => {
    [...joints.children].forEach((bar, joint) => {
      const tick = bar.querySelector("b");
      tick.hidden = !other.words;
      if (other.words)
        tick.style.left = `${Math.min(100, (100 * other.joint_mm[joint]) / ERROR_TOP_MM)}%`;
    });
  });

  studio.on("ladder", ({ errors, alignment }) => {
    const top = Math.max(...errors, 1);
    setText(
      ladderNote,
      `mm after the first k layers, unedited, ${alignment === "global" ? "global" : `${alignment}-aligned`}`,
    );
    ladder.replaceChildren(
      ...errors.map((error, index) =>
        h(
          "button",
          {
            type: "button",
            class: "rung",
            "data-first": index + 1,
            title: `Keep the first ${index + 1}`,
            onclick: () =>
              studio.command("set_layers", { layers: errors.map((_, layer) => layer <= index) }),
          },
          h("output", { "aria-live": "off" }, mm(error)),
          h("i", { style: `height:${(100 * error) / top}%` }),
          h("span", {}, String(index + 1)),
        ),
      ),
    );
    markRung();
  });
  function markRung() {
    const layers = studio.views.tokens?.layers ?? [];
    const count = layers.filter(Boolean).length;
    const isPrefix = layers.every((on, layer) => on === layer < count);
    for (const rung of ladder.children)
      rung.setAttribute("aria-pressed", String(isPrefix && Number(rung.dataset.first) === count));
  }
  studio.on("tokens", markRung);
}
