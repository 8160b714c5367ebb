// A camera close to a hand or to the head.

import { h } from "../shared/dom.js";
import { middle } from "./vectors.js";

/**
 * @import { JointGroup } from "../shared/payloads"
 * @import { OrbitCamera } from "./camera.js"
 * @import { Pose } from "./pose.js"
 */

const NEARER = 6.5; // times as near as for a whole body
const WHOLE = "whole body";

/** A choice of what the camera looks at; it is hidden where the skeleton has no named parts. */
export function closeUpChoice(/** @type {() => void} */ changed) {
  /** @type {JointGroup[]} */
  let offered = [];
  const element = h("select", { class: "close-up", "aria-label": "Camera on", onchange: changed });
  const chosen = () => offered.find(({ title }) => title === element.value);
  return {
    element,
    offer(/** @type {JointGroup[]} */ groups) {
      const before = element.value;
      offered = groups;
      element.replaceChildren(...[WHOLE, ...groups.map(({ title }) => title)].map((title) => h("option", {}, title)));
      element.value = groups.some(({ title }) => title === before) ? before : WHOLE;
      element.hidden = !groups.length;
    },
    /**
     * Point the camera at the chosen part; false where it is the whole body.
     *
     * @param {OrbitCamera} camera
     * @param {Record<string, Pose | null>} poses
     */
    aim(camera, { made, original, other }) {
      const group = chosen();
      const pose = made ?? original ?? other;
      if (!group || !pose) return false;
      camera.target = middle(group.joints.map((joint) => pose[joint]));
      camera.fit = NEARER;
      return true;
    },
  };
}
