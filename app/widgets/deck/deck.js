// The laboratory under the workbench: one tab a view, made when it is first opened.

import { mountBeam } from "../beam/beam.js";
import { mountCodebook } from "../codebook/codebook.js";
import { mountDictionary } from "../dictionary/dictionary.js";
import { mountMicroscope } from "../microscope/microscope.js";
import { mountInformation } from "../information/information.js";
import { mountLattice } from "../lattice/lattice.js";
import { mountRelabel } from "../relabel/relabel.js";
import { h, setText } from "../shared/dom.js";
import { mountDoctor } from "../doctor/doctor.js";
import { mountCompare } from "../compare/compare.js";
import { mountTables } from "../tables/tables.js";

// name (also the server's name of the panel's views), label, and what fills the place.
const TABS = [
  ["codebook", "Codebooks", mountCodebook],
  ["information", "Information", mountInformation],
  ["lattice", "Layers", mountLattice],
  ["beam", "Beam search", mountBeam],
  ["relabel", "Relabel", mountRelabel],
  ["dictionary", "Dictionary", mountDictionary],
  ["microscope", "Microscope", mountMicroscope],
  ["doctor", "Doctor", mountDoctor],
  ["compare", "Compare", mountCompare],
  ["tables", "Token tables", mountTables],
];

export function mountDeck(place, studio) {
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Laboratory" });
  const tabs = new Map(TABS.map(([name, label, mount]) => [name, makeTab(name, label, mount)]));
  let open = null;
  const unrecorded = h(
    "p",
    { class: "note unrecorded", hidden: true },
    "This clip is a row of a token table, and no motion was recorded for it: where the laboratory speaks of the original, read its tokens decoded, and for the encoder’s latent, the sum of their codes.",
  );
  studio.on("clip", ({ recorded }) => {
    unrecorded.hidden = recorded;
  });
  place.append(list, unrecorded, ...[...tabs.values()].map(({ panel }) => panel));
  for (const { button } of tabs.values()) list.append(button);

  function makeTab(name, label, mount) {
    const button = h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `tab-${name}`,
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
    return { button, panel, content, refused, mount, mounted: false };
  }

  /** The open tab's contents, or the sentence that says why it has none for this clip. */
  function fill() {
    const tab = tabs.get(open);
    const refusal = studio.views.clip?.refused_tabs?.[open] ?? "";
    setText(tab.refused, refusal);
    tab.refused.hidden = !refusal;
    tab.content.hidden = Boolean(refusal);
    if (refusal || tab.mounted) return;
    tab.mounted = true;
    tab.mount(tab.content, studio);
  }

  function show(name) {
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
    const to = {
      ArrowRight: (at + 1) % names.length,
      ArrowLeft: (at + names.length - 1) % names.length,
      Home: 0,
      End: names.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    studio.showTab(names[to]);
    tabs.get(names[to]).button.focus();
  });

  studio.on("tab", show);
  show(studio.tab);
  studio.on("clip", fill);
}
