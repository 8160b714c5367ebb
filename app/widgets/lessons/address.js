// Lessons in the page's address: ?lesson=3, with &only=lesson, &clip=… and &checkpoint=… as a teacher likes.

import { h, setText } from "../shared/dom.js";
import { linkOf, lookOf } from "../share/share.js";

/** Do what the address asks for. */
export function openLessonFromAddress(studio, page) {
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
export function rememberInAddress(lesson) {
  const address = new URL(location.href);
  if (lesson) address.searchParams.set("lesson", lesson);
  else address.searchParams.delete("lesson");
  history.replaceState(history.state, "", address);
}

/** A link to the open lesson, as a teacher sends it. */
export function linkControl(studio, lessonOf) {
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
    address.searchParams.set("lesson", lessonOf().key);
    if (only.checked) address.searchParams.set("only", "lesson");
    if (here.checked) {
      address.searchParams.set("clip", studio.views.session.clip);
      address.searchParams.set("checkpoint", studio.views.session.checkpoint);
    }
    field.value = address.href;
  }
  return { element, show };
}

/** A link to the present state and to the challenge: a score, for others to check. */
export function scoreLink(studio) {
  const field = h("input", {
    type: "text",
    readonly: true,
    class: "score-link",
    "aria-label": "Link to this score",
    onfocus: () => field.select(),
  });
  const { button, said } = copyButton(field);
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
  );

  function ask() {
    isAsked = true;
    studio.command("make_link", lookOf(studio));
  }

  studio.on("parcel", (parcel) => {
    if (!isAsked || parcel.kind !== "link") return;
    isAsked = false;
    const address = new URL(linkOf(parcel.text));
    address.searchParams.set("lesson", "challenge");
    field.value = address.href;
  });
  return {
    element,
    clear: () => {
      field.value = "";
    },
  };
}

function copyButton(field) {
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
