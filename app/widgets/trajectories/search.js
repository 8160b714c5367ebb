// A box that finds a channel among hundreds by name, number or group, with the mouse or by keyboard.

import { each, h } from "../shared/dom.js";
import { findChannels } from "../shared/parts.js";
import { plain } from "../shared/units.js";
import { MOST } from "./chips.js";

/** @import { Studio } from "../shared/store.js" */

const MOST_FOUND = 40;

export function channelSearch(/** @type {Studio} */ studio) {
  let marked = -1;
  const list = h("ul", {
    class: "found",
    role: "listbox",
    id: "found-channels",
    "aria-label": "Channels found",
    hidden: true,
  });
  const input = h("input", {
    type: "search",
    class: "channel-search",
    role: "combobox",
    "aria-label": "Search a channel",
    "aria-expanded": "false",
    "aria-controls": "found-channels",
    "aria-autocomplete": "list",
    placeholder: "Search channels",
    autocomplete: "off",
    oninput: show,
    onfocus: show,
    onkeydown: onKey,
  });
  const element = h("div", { class: "channel-finder" }, input, list);

  function show() {
    const { clip, reconstruction: made } = studio.views;
    const errors = made?.channel_errors;
    if (clip.parts !== "channels" || !errors) return;
    const found = findChannels(clip, input.value).filter(
      ({ name }) => !studio.joints.includes(name),
    );
    marked = found.length ? 0 : -1;
    list.replaceChildren(
      ...found.slice(0, MOST_FOUND).map(({ name, index, group }, order) =>
        h(
          "li",
          {
            role: "option",
            id: `found-channel-${order}`,
            "data-name": name,
            onpointerdown: (event) => {
              event.preventDefault(); // keeps the box's focus
              choose(name);
            },
          },
          h("span", {}, name),
          h("small", {}, `${group === name ? "" : group} · ${plain(errors.values[index])}`),
        ),
      ),
      ...(found.length > MOST_FOUND
        ? [
            h(
              "li",
              { class: "more" },
              `${found.length - MOST_FOUND} more: type on to narrow the list`,
            ),
          ]
        : []),
      ...(found.length ? [] : [h("li", { class: "more" }, "No channel is called so")]),
    );
    open(true);
    mark();
  }

  function open(/** @type {boolean} */ isOpen) {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
  }

  function mark() {
    const options = each(list, "[role=option]");
    options.forEach((option, order) =>
      option.setAttribute("aria-selected", String(order === marked)),
    );
    input.setAttribute("aria-activedescendant", options[marked]?.id ?? "");
    options[marked]?.scrollIntoView({ block: "nearest" });
  }

  function onKey(/** @type {KeyboardEvent} */ event) {
    const count = list.querySelectorAll("[role=option]").length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) show();
      else if (count) marked = (marked + (event.key === "ArrowDown" ? 1 : count - 1)) % count;
      mark();
    } else if (event.key === "Enter" && marked >= 0 && !list.hidden) {
      choose(each(list, "[role=option]")[marked].dataset.name ?? "");
    } else if (event.key === "Escape") {
      open(false);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function choose(/** @type {string} */ name) {
    input.value = "";
    open(false);
    studio.setJoints([...studio.joints, name].slice(-MOST));
    input.focus();
    open(false);
  }

  input.addEventListener("blur", () => open(false));
  return element;
}
