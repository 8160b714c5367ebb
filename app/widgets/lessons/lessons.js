// The lessons' panel: the list of them, or the one that is open. Everything it says comes from the server.

import { each, h, one, setText } from "../shared/dom.js";
import { linkControl, rememberInAddress, scoreLink } from "./address.js";
import { glossary, sources } from "./references.js";
import { lessonList } from "./list.js";
import { markDone } from "./progress.js";
import { outcomeOf } from "./outcome.js";
import { questionOf } from "./question.js";
import { stepsOf } from "./steps.js";
import { mountSnap } from "./snap.js";

/**
 * @import { Child } from "../shared/dom.js"
 * @import { LessonOffer, OpenLesson, SnapPicture, UnfitLesson } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

const PICTURES = { snap: mountSnap };

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const page = one(document, "#studio");
  const label = h("span", { class: "label" });
  const title = h("h2", { tabindex: "-1" });
  const back = h("button", { type: "button", onclick: showList }, "All lessons");
  const close = h(
    "button",
    {
      type: "button",
      class: "quiet lessons-close",
      "aria-label": "Close the lessons",
      onclick: hide,
    },
    "×",
  );
  const list = h("div", { class: "lesson-list" });
  const why = h("p", { class: "lesson-why" });
  const part = (/** @type {string} */ name) =>
    h("div", { class: "lesson-part", "data-part": name });
  const offer = h("div", {});
  const [picture, question, steps, outcome] = ["picture", "question", "steps", "outcome"].map(part);
  outcome.setAttribute("aria-live", "polite");
  const link = linkControl(studio, () => (lesson.open ? lesson.key : ""));
  const score = scoreLink(studio);
  const turn = h("nav", { class: "lesson-turn", "aria-label": "Lessons before and after" });
  const cited = h("div", {});
  const body = h(
    "div",
    { class: "lesson" },
    why,
    offer,
    picture,
    question,
    steps,
    outcome,
    turn,
    cited,
    link.element,
  );
  const words = h("div", {});
  place.append(
    h("div", { class: "lesson-head" }, h("div", {}, label, title), back, close),
    list,
    body,
    words,
  );

  /** @type {View<"lesson">} */
  let lesson = { open: false }; // the open one's payload
  /** @type {ReturnType<typeof mountSnap> | null} */
  let drawn = null; // the lesson's own picture
  const shown = new Map(); // what each part was built from

  function open(/** @type {boolean} */ isOpen) {
    place.hidden = !isOpen;
    page.classList.toggle("learning", isOpen);
  }

  function hide() {
    open(false);
    if (lesson.open) studio.command("close_lesson");
    one(document, "#studio [data-opens=lessons]").focus();
  }

  function showList() {
    open(true);
    if (lesson.open) studio.command("close_lesson");
    else drawList();
    title.focus();
  }

  /**
   * Build a part again only where what it shows has changed, so that focus and choices stay.
   *
   * @param {HTMLElement} place
   * @param {unknown} from
   * @param {() => Child[]} build
   */
  function put(place, from, build) {
    const text = JSON.stringify(from ?? null);
    if (shown.get(place) === text) return;
    shown.set(place, text);
    place.hidden = !from;
    const { activeElement: active } = document;
    const focused =
      active instanceof HTMLElement && place.contains(active) ? active.dataset.action : null;
    place.replaceChildren(...(from ? build() : []).flatMap((child) => child ?? []));
    if (focused)
      (each(place, `[data-action="${focused}"]`)[0] ?? title).focus({ preventScroll: true });
  }

  function drawList() {
    page.dataset.shows = "";
    back.hidden = true;
    list.hidden = false;
    body.hidden = true;
    setText(label, "Learn residual quantization by doing it");
    setText(title, "Lessons");
    list.replaceChildren(...lessonList(studio, page));
  }

  function drawLesson(/** @type {OpenLesson | UnfitLesson} */ open, /** @type {boolean} */ isNew) {
    if (isNew) shown.clear();
    page.dataset.shows = open.shows.join(" ");
    back.hidden = false;
    list.hidden = true;
    body.hidden = false;
    const numbered = studio.views.lessons.list.filter((one) => one.number);
    setText(
      label,
      open.number ? `Lesson ${open.number} of ${numbered.length}` : "After the lessons",
    );
    setText(title, open.title);
    setText(why, open.unfit || open.why);
    const offered = "offer" in open ? open.offer : null;
    put(offer, offered, () => (offered ? [offerOf(offered)] : []));
    const fit = "steps" in open ? open : null;
    const { question: asked = null, answer = null, said = "", outcome: end = null } = fit ?? {};
    put(question, asked && { ...asked, answer }, () =>
      asked ? questionOf(asked, answer, said, studio) : [],
    );
    drawPicture(fit?.picture ?? null, isNew);
    put(steps, fit?.steps.length ? fit.steps : null, () => stepsOf(fit?.steps ?? [], studio));
    put(outcome, end, () => {
      return end ? outcomeOf(end, score.element) : [];
    });
    put(turn, { key: open.key, answer, done: Boolean(end) }, () =>
      turnOf(open.key, answer, Boolean(end)),
    );
    put(cited, open.sources.length ? open.sources : null, () => sources(open.sources));
    link.show();
    if (end) markDone(open.key);
    if (end && end.score !== null) score.show(end.score);
    if (isNew) {
      title.focus({ preventScroll: true });
      const { top } = place.getBoundingClientRect();
      if (top < 0 || top > window.innerHeight / 2) place.scrollIntoView({ block: "start" });
    }
  }

  /** What can show the lesson's point, one click away. */
  const offerOf = (/** @type {LessonOffer} */ { label, clip, checkpoint }) =>
    h(
      "button",
      {
        type: "button",
        class: "primary",
        onclick: () => {
          studio.command("choose_checkpoint", { checkpoint });
          studio.command("choose_clip", { clip });
        },
      },
      label,
    );

  function drawPicture(/** @type {SnapPicture | null} */ own, /** @type {boolean} */ isNew) {
    picture.hidden = !own;
    if (isNew || !own) {
      picture.replaceChildren();
      drawn = own ? PICTURES[own.kind](picture, studio) : null;
    }
    if (own) drawn?.show(own);
  }

  /** The ways on: the same lesson again, and the next. */
  function turnOf(
    /** @type {string} */ key,
    /** @type {string | null} */ answer,
    /** @type {boolean} */ isDone,
  ) {
    const all = studio.views.lessons.list;
    const next = all[all.findIndex((one) => one.key === key) + 1];
    const go = (/** @type {string} */ lesson, /** @type {string} */ words, isPrimary = false) =>
      h(
        "button",
        {
          type: "button",
          class: isPrimary ? "primary" : "",
          onclick: () => studio.command("open_lesson", { lesson }),
        },
        words,
      );
    return [
      answer ? go(key, "Start again") : null,
      next ? go(next.key, `Next: ${next.title}`, isDone) : null,
    ];
  }

  studio.on("lesson", (payload) => {
    const before = lesson;
    lesson = payload;
    if (payload.open) {
      open(true);
      // A lesson that was begun again is a new one.
      const isNew = before.key !== payload.key || Boolean(before.answer && !payload.answer);
      drawLesson(payload, isNew);
      if (isNew) rememberInAddress(payload.key);
    } else if (before.open) {
      rememberInAddress(null);
      if (!place.hidden) drawList();
    }
  });
  studio.on("lessonPanel", showList);
  studio.on("lessons", (payload) => words.replaceChildren(glossary(payload.glossary)));
  open(false);
}
