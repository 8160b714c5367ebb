// Simple or Studio: the few things that say what this is, or everything. Kept in the browser.

import { h, one, segmented } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */
/** @typedef {"simple" | "studio"} PageView */

const KEY = "rvq-motion-studio.view";
const VIEWS = [
  ["simple", "Simple", "A body, its tokens and its layers"],
  ["studio", "Studio", "Everything: editing, curves, errors, the laboratory"],
];
const ASKS_FOR_MORE = ["state", "lesson", "clip", "checkpoint", "only"]; // in an address: who comes with a link

/** What the address says, else what was chosen here before, else simple for who comes without a link. */
function opening() {
  const asked = new URLSearchParams(location.search);
  const named = asked.get("view") ?? kept();
  if (named === "simple" || named === "studio") return named;
  return ASKS_FOR_MORE.some((name) => asked.has(name)) ? "studio" : "simple";
}

/** Returns the switch. What only the studio shows leads there by itself, without being remembered. */
export function viewSwitch(/** @type {Studio} */ studio) {
  const views = segmented("View", VIEWS, (name) => {
    studio.setPageView(/** @type {PageView} */ (name));
    keep(name);
  });
  views.classList.add("view-switch");
  const page = one(document, "#studio");
  studio.on("page_view", (name) => {
    page.dataset.view = name;
    views.show(name);
  });
  const all = () => studio.setPageView("studio");
  studio.on("tab", all);
  studio.on("lessonPanel", all);
  studio.on("lesson", ({ open }) => {
    if (open) all();
  });
  studio.on("clip", ({ own, recorded, parts }) => {
    if (own || !recorded || parts === "channels") all();
  });
  studio.on("notification", ({ kind }) => {
    if (kind === "restored") all();
  });
  studio.setPageView(opening());
  return views;
}

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(/** @type {string} */ name) {
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // A browser that keeps nothing opens the usual way.
  }
}
