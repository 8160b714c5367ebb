// Error joint by joint; a click shows or hides the joint's trajectory.

import { css, errorColour, ERROR_TOP_MM } from "../shared/colour.js";
import { each, h, jointLabel, mm, one, setText } from "../shared/dom.js";
import { wayOf } from "../shared/units.js";

/** @import { Studio } from "../shared/store.js" */

const MOST_JOINTS = 4;

/** Returns the panel. */
export function mountJointErrors(/** @type {Studio} */ studio) {
  const joints = h("div", { class: "joint-bars" });
  const unit = h("span", {});
  const b = h("span", { class: "of-b", hidden: true }, " B");

  function pick(/** @type {string} */ name) {
    const chosen = studio.joints.includes(name)
      ? studio.joints.filter((other) => other !== name)
      : [...studio.joints, name].slice(-MOST_JOINTS);
    if (chosen.length) studio.setJoints(chosen);
  }

  function buildJoints(/** @type {string[]} */ names) {
    joints.replaceChildren(
      ...names.map((/** @type {string} */ name) =>
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
          h("output", { class: "of-b", "aria-live": "off", title: "B" }),
        ),
      ),
    );
  }

  function markChosen() {
    for (const bar of each(joints, ".joint-bar"))
      bar.setAttribute("aria-pressed", String(studio.joints.includes(bar.dataset.joint ?? "")));
  }

  studio.on("clip", (clip) => {
    if (clip.parts !== "joints") return;
    const shown = each(joints, ".joint-bar").map((bar) => bar.dataset.joint);
    if (shown.join() !== clip.joint_names.join()) buildJoints(clip.joint_names);
    markChosen();
  });
  studio.on("joints", markChosen);
  studio.on("reconstruction", (made) => {
    const { joint_mm: mean } = made;
    if (!mean) return;
    setText(unit, `mm, mean over frames, ${wayOf(made.alignment)}`);
    [...joints.children].forEach((bar, joint) => {
      const error = mean[joint];
      const fill = one(bar, "i");
      fill.style.width = `${Math.min(100, (100 * error) / ERROR_TOP_MM)}%`;
      fill.style.background = css(errorColour(error));
      setText(one(bar, "output:not(.of-b)"), mm(error));
    });
  });
  studio.on("compared", (other) => {
    joints.classList.toggle("with-b", Boolean(other.joint_mm));
    b.hidden = !other.joint_mm;
    [...joints.children].forEach((bar, joint) => {
      setText(one(bar, ".of-b"), other.joint_mm ? mm(other.joint_mm[joint]) : "");
      const tick = one(bar, "b");
      tick.hidden = !other.joint_mm;
      if (other.joint_mm)
        tick.style.left = `${Math.min(100, (100 * other.joint_mm[joint]) / ERROR_TOP_MM)}%`;
    });
  });

  return h(
    "section",
    { class: "panel", "aria-label": "Error by joint" },
    h(
      "div",
      { class: "panel-head" },
      h("h2", {}, "Error by joint"),
      h("span", { class: "note" }, unit, b),
    ),
    joints,
  );
}
