// Which joints of a visitor's file stand for the body's 22: shown, and changed by selects.

import { each, h, jointLabel, setText } from "../shared/dom.js";

/**
 * @import { MappedJoint, MappedSkeleton } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { Unpacked } from "../shared/types.js"
 */

/** @type {[string, string[]][]} */
const SIDED = [
  ["arm", ["collar", "shoulder", "elbow", "wrist"]],
  ["leg", ["hip", "knee", "ankle", "foot"]],
];
/** @type {[string, string[]][]} */
const GROUPS = [
  ["Trunk", ["pelvis", "spine1", "spine2", "spine3", "neck", "head"]],
  ...SIDED.flatMap(([limb, parts]) =>
    ["left", "right"].map(
      /** @returns {[string, string[]]} */
      (side) => [
        `${side === "left" ? "Left" : "Right"} ${limb}`,
        parts.map((part) => `${side}_${part}`),
      ],
    ),
  ),
];
const NONE = ""; // the value of "no joint"

/** The name of a file's joint for people: where a limb ends without a joint of its own, that is said. */
const sourceLabel = (/** @type {string} */ name) =>
  name.endsWith("/end") ? `end of ${name.slice(0, -4)}` : name;

export function mountJoints(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {Unpacked<MappedSkeleton>} */
  let shown; // the view on which the selects are built
  let opened = 0; // files that the panel has been opened for
  /** @type {Map<string, HTMLSelectElement>} */
  const selects = new Map();
  const button = h(
    "button",
    {
      type: "button",
      "aria-expanded": "false",
      hidden: true,
      onclick: () => show(Boolean(panel.hidden)),
    },
    "Joints",
  );
  const title = h("h2", { id: "joint-map-title" });
  const words = h("p", { class: "note", role: "status" });
  const groups = h("div", { class: "joint-groups" });
  const close = h("button", { type: "button", onclick: leave }, "Close");
  const use = h("button", { type: "submit", class: "primary" }, "Use this mapping");
  const again = h("button", { type: "button", onclick: takeNames });
  const panel = h(
    "form",
    {
      class: "joint-map panel",
      "aria-labelledby": "joint-map-title",
      hidden: true,
      onsubmit: send,
      onchange: mark,
    },
    h("div", { class: "panel-head" }, title, words),
    groups,
    h(
      "div",
      { class: "edit-row" },
      use,
      again,
      close,
    ),
  );
  place.append(panel);

  function show(/** @type {boolean} */ open) {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  function leave() {
    show(false);
    if (shown.clip === null) studio.command("leave_joint_map");
    else button.focus();
  }

  function send(/** @type {Event} */ event) {
    event.preventDefault();
    const chosen = [...selects].map(([joint, select]) => [joint, select.value || null]);
    studio.command("use_joint_map", { clip: shown.clip, joint_map: Object.fromEntries(chosen) });
  }

  function takeNames() {
    for (const { joint, by_name: source } of shown.joints) {
      const select = selects.get(joint);
      if (select) select.value = source ?? NONE;
    }
    mark();
  }

  /** Mark what is still to be chosen, and whether there is anything to use. */
  function mark() {
    let changed = false;
    for (const { joint, needed, source } of shown.joints) {
      const select = selects.get(joint);
      if (!select) continue;
      select.setAttribute("aria-invalid", String(needed && select.value === NONE));
      changed ||= select.value !== (source ?? NONE);
    }
    use.disabled = !changed && shown.clip !== null;
  }

  function build() {
    const of = Object.fromEntries(shown.joints.map((row) => [row.joint, row]));
    const known = h(
      "optgroup",
      { label: "Joints of the file" },
      ...shown.names.map((/** @type {string} */ name) =>
        h("option", { value: name }, sourceLabel(name)),
      ),
    );
    selects.clear();
    groups.replaceChildren(
      ...GROUPS.map(([name, joints]) =>
        h(
          "fieldset",
          {},
          h("legend", {}, name),
          ...joints.map((joint) => row(of[joint], known.cloneNode(true))),
        ),
      ),
    );
  }

  function row(/** @type {MappedJoint} */ { joint, source, needed }, /** @type {Node} */ known) {
    const none = needed ? "Choose a joint" : "In between";
    const id = `joint-${joint}`;
    const select = h("select", { id }, h("option", { value: NONE }, none), known);
    select.value = source ?? NONE;
    selects.set(joint, select);
    return h("div", { class: "joint-row" }, h("label", { for: id }, jointLabel(joint)), select);
  }

  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    leave();
  });

  studio.on("skeleton", (view) => {
    button.hidden = !view.joints;
    if (!view.joints) {
      opened = view.number;
      show(false);
      return;
    }
    shown = view;
    const asks = view.clip === null;
    setText(title, asks ? `Which joints of ${view.file} are these?` : `Joints of ${view.file}`);
    setText(words, `${view.words}.`);
    setText(again, view.by_shape ? "As the shape tells" : "As the names tell");
    setText(close, asks ? "Do not open it" : "Close");
    build();
    mark();
    if (view.number === opened) return;
    opened = view.number;
    show(true);
    if (asks) each(panel, "[aria-invalid=true]")[0]?.focus();
  });

  return button;
}
