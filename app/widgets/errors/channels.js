// Error by group of channels and channel by channel: in order or the largest first, and searched.

import { h, oncePerFrame, segmented, setText } from "../shared/dom.js";
import { findChannels } from "../shared/parts.js";
import { measured, plain } from "../shared/units.js";

/**
 * @import { Attributes } from "../shared/dom.js"
 * @import { Studio } from "../shared/store.js"
 * @import { ChannelsClip, View } from "../shared/types.js"
 */

/** @typedef {ReturnType<typeof findChannels>[number]} Found */

const MOST_CHOSEN = 4;
const MOST_LISTED = 60;
const ORDERS = [
  ["groups", "Groups", "In the order of the features, by group"],
  ["largest", "Largest first", "Channels by their error"],
];

/** Returns the panel. */
export function mountChannelErrors(/** @type {Studio} */ studio) {
  let order = "groups";
  const opened = new Set(); // titles of groups whose channels are listed
  const unit = h("span", { class: "note" });
  const list = h("div", { class: "channel-bars" });
  const orders = segmented("Order of the channels", ORDERS, (value) => {
    order = value;
    orders.show(order);
    draw();
  });
  orders.show(order);
  const search = h("input", {
    type: "search",
    class: "channel-search",
    "aria-label": "Channels to list",
    placeholder: "Search channels",
    oninput: () => draw(),
  });

  function pick(/** @type {string} */ name) {
    const chosen = studio.joints.includes(name)
      ? studio.joints.filter((other) => other !== name)
      : [...studio.joints, name].slice(-MOST_CHOSEN);
    if (chosen.length) studio.setJoints(chosen);
  }

  /**
   * @param {string} name
   * @param {number} value
   * @param {number} top
   * @param {number | undefined} other
   * @param {Attributes} attributes
   */
  function bar(name, value, top, other, attributes) {
    const share = (/** @type {number} */ one) => `${Math.min(100, (100 * one) / top)}%`;
    return h(
      "button",
      { type: "button", class: "joint-bar channel-bar", ...attributes },
      h("span", { class: "joint-name" }, name),
      h(
        "span",
        { class: "track" },
        h("i", { style: `width:${share(value)}` }),
        other === undefined ? null : h("b", { style: `left:${share(other)}`, title: "B" }),
      ),
      h("output", { "aria-live": "off" }, plain(value)),
    );
  }

  const draw = oncePerFrame(() => {
    const { clip, reconstruction: made, compared } = studio.views;
    if (clip?.parts !== "channels" || !made?.channel_errors) return;
    setText(unit, `mean absolute error over frames, ${measured(made)}`);
    const errors = made.channel_errors.values;
    const others = compared?.channel_errors?.values;
    const top = Math.max(...errors) || 1;
    const channel = (/** @type {Found} */ { name, index }) =>
      bar(name, errors[index], top, others?.[index], {
        "data-channel": name,
        "aria-pressed": String(studio.joints.includes(name)),
        title: "Show or hide this channel's curve",
        onclick: () => pick(name),
      });
    const query = search.value.trim();
    const found = findChannels(clip, query);
    if (order === "largest" || query)
      showFound(
        order === "largest" ? found.sort((a, b) => errors[b.index] - errors[a.index]) : found,
        channel,
      );
    else showGroups(clip, made, compared, top, found, channel);
  });

  /**
   * @param {Found[]} found
   * @param {(one: Found) => HTMLElement} channel
   */
  function showFound(found, channel) {
    const more = found.length - MOST_LISTED;
    list.replaceChildren(
      ...found.slice(0, MOST_LISTED).map(channel),
      h(
        "p",
        { class: "note" },
        found.length === 0
          ? "No channel is called so."
          : more > 0
            ? `${more} more; search to narrow the list.`
            : "",
      ),
    );
  }

  /**
   * @param {ChannelsClip} clip
   * @param {View<"reconstruction">} made
   * @param {View<"compared">} compared
   * @param {number} top
   * @param {Found[]} found
   * @param {(one: Found) => HTMLElement} channel
   */
  function showGroups({ groups }, made, compared, top, found, channel) {
    list.replaceChildren(
      ...groups.flatMap(({ title, first, stop }, /** @type {number} */ number) => {
        const isOpen = opened.has(title);
        const head = bar(
          title,
          made.group_errors?.[number] ?? 0,
          top,
          compared?.group_errors?.[number],
          {
            "data-group": title,
            "aria-expanded": String(isOpen),
            title: isOpen ? "Hide its channels" : "List its channels",
            onclick: () => {
              if (!opened.delete(title)) opened.add(title);
              draw();
            },
          },
        );
        head.classList.add("channel-group");
        return isOpen ? [head, ...found.slice(first, stop).map(channel)] : [head];
      }),
    );
  }

  for (const view of /** @type {const} */ (["clip", "reconstruction", "compared", "joints"]))
    studio.on(view, draw);

  return h(
    "section",
    { class: "panel", "aria-label": "Error by channel", hidden: true },
    h("div", { class: "panel-head" }, h("h2", {}, "Error by channel"), unit),
    h("div", { class: "channel-tools" }, orders, search),
    list,
  );
}
