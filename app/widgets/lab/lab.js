// The laboratory under the workbench: one tab a room, which the server names and which is filled when it is opened.

import { h, setText } from "../shared/dom.js";
import { CONTENTS } from "./tabs.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @typedef {object} Tab
 * @property {HTMLElement} button
 * @property {HTMLElement} panel
 * @property {HTMLElement} content filled by the tab's widget
 * @property {HTMLElement} refused says why the tab has nothing for this clip
 * @property {boolean} isMounted
 */

const UNRECORDED =
  "This clip is a row of a token table, and no motion was recorded for it: where the laboratory speaks of the original, read its tokens decoded, and for the encoder’s latent, the sum of their codes.";

/**
 * @param {HTMLElement} place
 * @param {Studio} studio
 */
export function mount(place, studio) {
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Laboratory" });
  const unrecorded = h("p", { class: "note unrecorded", hidden: true }, UNRECORDED);
  /** @type {Map<string, Tab>} */
  const tabs = new Map();
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map(); // of tabs, by the question that they answer
  let open = "";
  place.append(list, unrecorded);

  /** Where the tabs of a question stand, under it. */
  function rowOf(/** @type {string} */ question) {
    const known = rows.get(question);
    if (known) return known;
    const row = h("div", { class: "tab-row", role: "presentation" });
    const asked = h("span", { class: "tab-question", "aria-hidden": "true" }, question);
    list.append(h("div", { class: "tab-group", role: "presentation" }, asked, row));
    rows.set(question, row);
    return row;
  }

  function makeTab(
    /** @type {string} */ name,
    /** @type {string} */ label,
    /** @type {string} */ question,
  ) {
    const button = h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `tab-${name}`,
        title: question,
        "aria-controls": `tab-panel-${name}`,
        onclick: () => studio.showTab(name),
      },
      label,
    );
    const content = h("div", { class: `tab-panel ${name}` });
    const refused = h("p", { class: "note", hidden: true });
    const panel = h(
      "div",
      {
        role: "tabpanel",
        id: `tab-panel-${name}`,
        "aria-labelledby": `tab-${name}`,
        hidden: true,
      },
      refused,
      content,
    );
    rowOf(question).append(button);
    place.append(panel);
    tabs.set(name, { button, panel, content, refused, isMounted: false });
  }

  /** The open tab's contents, or the sentence that says why it has none for this clip. */
  function fill() {
    const tab = tabs.get(open);
    if (!tab) return;
    const refusal = studio.views.page?.tabs.find(({ name }) => name === open)?.refused ?? "";
    setText(tab.refused, refusal);
    tab.refused.hidden = !refusal;
    tab.content.hidden = Boolean(refusal);
    if (refusal || tab.isMounted) return;
    tab.isMounted = true;
    CONTENTS[open](tab.content, studio);
  }

  function show(/** @type {string} */ name) {
    if (name === open || !tabs.has(name)) return;
    if (open) studio.command("show_panel", { panel: open, shown: false });
    for (const [other, { button, panel }] of tabs) {
      button.setAttribute("aria-selected", String(other === name));
      button.tabIndex = other === name ? 0 : -1;
      panel.hidden = other !== name;
    }
    // The first tab's views come with the page.
    if (open) studio.command("show_panel", { panel: name, shown: true });
    open = studio.tab = name;
    fill();
  }

  list.addEventListener("keydown", (event) => {
    const names = [...tabs.keys()];
    const at = names.indexOf(open);
    const to = new Map([
      ["ArrowRight", (at + 1) % names.length],
      ["ArrowLeft", (at + names.length - 1) % names.length],
      ["Home", 0],
      ["End", names.length - 1],
    ]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    studio.showTab(names[to]);
    tabs.get(names[to])?.button.focus();
  });

  studio.on("page", ({ tabs: offered }) => {
    for (const { name, label, question } of offered)
      if (!tabs.has(name)) makeTab(name, label, question);
    if (!open) show(offered[0].name);
    else fill();
  });
  studio.on("tab", show);
  studio.on("clip", ({ recorded }) => {
    unrecorded.hidden = recorded;
  });
}
