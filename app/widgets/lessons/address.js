// Lessons in the page's address: ?lesson=3, with &only=lesson, &clip=… and &checkpoint=… as a teacher likes.

import { h, setText } from "../shared/dom.js";
import { bestScore } from "./best.js";
import { lookOf } from "../share/look.js";
import { linkOf } from "../share/share.js";

/** @import { Studio } from "../shared/store.js" */

/** Do what the address asks for. */
export function openLessonFromAddress(
  /** @type {Studio} */ studio,
  /** @type {HTMLElement} */ page,
) {
  const asked = new URLSearchParams(location.search);
  if (asked.get("checkpoint"))
    studio.command("choose_checkpoint", { checkpoint: asked.get("checkpoint") });
  if (asked.get("clip")) studio.command("choose_clip", { clip: asked.get("clip") });
  if (asked.get("only") === "lesson") {
    page.dataset.only = "lesson";
    studio.showLessons();
  }
  if (asked.get("lesson")) studio.command("open_lesson", { lesson: asked.get("lesson") });
}

/** Let a reload come back to the same lesson. */
export function rememberInAddress(/** @type {string | null} */ lesson) {
  const address = new URL(location.href);
  if (lesson) address.searchParams.set("lesson", lesson);
  else address.searchParams.delete("lesson");
  history.replaceState(history.state, "", address);
}

/** A link to the open lesson, as a teacher sends it. */
export function linkControl(/** @type {Studio} */ studio, /** @type {() => string} */ lessonOf) {
  const field = h("input", {
    type: "text",
    readonly: true,
    "aria-label": "Link to this lesson",
    onfocus: () => field.select(),
  });
  const only = h("input", { type: "checkbox", onchange: show });
  const here = h("input", { type: "checkbox", onchange: show });
  const { button, said } = copyButton(field);
  const element = h(
    "details",
    { class: "lesson-more" },
    h("summary", {}, "Link to this lesson"),
    h("label", { class: "check" }, only, "without the rest of the studio"),
    h("label", { class: "check" }, here, "with this clip and checkpoint"),
    field,
    h("div", { class: "step-row" }, button, said),
  );

  function show() {
    const address = new URL(location.href);
    address.search = address.hash = "";
    address.searchParams.set("lesson", lessonOf());
    if (only.checked) address.searchParams.set("only", "lesson");
    if (here.checked) {
      address.searchParams.set("clip", studio.views.session.clip);
      address.searchParams.set("checkpoint", studio.views.session.checkpoint);
    }
    field.value = address.href;
  }
  return { element, show };
}

/** The address of a state and the challenge: a score, for others to check. */
function challengeAddress(/** @type {string} */ state) {
  const address = new URL(linkOf(state));
  address.searchParams.set("lesson", "challenge");
  return address.href;
}

/** A link to the present score, and the best so far. */
export function scoreLink(/** @type {Studio} */ studio) {
  const field = h("input", {
    type: "text",
    readonly: true,
    class: "score-link",
    "aria-label": "Link to this score",
    onfocus: () => field.select(),
  });
  const { button, said } = copyButton(field);
  const best = bestScore(studio, challengeAddress);
  let isAsked = false;
  const make = h(
    "button",
    { type: "button", class: "primary", onclick: ask },
    "Link to this score",
  );
  const element = h(
    "div",
    { class: "lesson-share" },
    h("div", { class: "step-row" }, make, button, said),
    field,
    best.element,
  );

  function ask() {
    isAsked = true;
    studio.command("make_link", lookOf(studio));
  }

  studio.on("notification", (notification) => {
    if (!isAsked || notification.kind !== "link") return;
    isAsked = false;
    field.value = challengeAddress(notification.text);
  });
  return {
    element,
    show(/** @type {number} */ score) {
      field.value = "";
      best.show(score);
    },
  };
}

function copyButton(/** @type {HTMLInputElement} */ field) {
  const said = h("span", { class: "note", role: "status" });
  const button = h("button", { type: "button", onclick: copy }, "Copy link");
  async function copy() {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      setText(said, "Copied");
    } catch {
      setText(said, "Press Ctrl+C to copy");
    }
  }
  return { button, said };
}
