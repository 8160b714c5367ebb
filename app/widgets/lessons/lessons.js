// The lessons' panel: the list of them, or the one that is open. Everything it says comes from the server.

import { h, setText } from "../shared/dom.js";
import { linkControl, rememberInAddress, scoreLink } from "./address.js";
import { glossary, sources } from "./references.js";
import { markDone, readDone } from "./progress.js";
import { outcomeOf } from "./outcome.js";
import { questionOf } from "./question.js";
import { stepsOf } from "./steps.js";
import { mountSnap } from "./snap.js";
import { runTour } from "../tour/tour.js";

const PICTURES = { snap: mountSnap };

export function mountLessons(place, studio) {
  const page = place.closest("#studio");
  const label = h("span", { class: "label" });
  const title = h("h2", { tabindex: "-1" });
  const back = h("button", { type: "button", onclick: showList }, "All lessons");
  const close = h(
    "button",
    { type: "button", class: "quiet lessons-close", "aria-label": "Close the lessons", onclick: hide },
    "×",
  );
  const list = h("div", { class: "lesson-list" });
  const why = h("p", { class: "lesson-why" });
  const part = (name) => h("div", { class: "lesson-part", "data-part": name });
  const [picture, question, steps, outcome] = ["picture", "question", "steps", "outcome"].map(part);
  outcome.setAttribute("aria-live", "polite");
  const link = linkControl(studio, () => lesson);
  const score = scoreLink(studio);
  const turn = h("nav", { class: "lesson-turn", "aria-label": "Lessons before and after" });
  const cited = h("div", {});
  const body = h(
    "div",
    { class: "lesson" },
    why,
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

  let lesson = null; // the open one's payload
  let drawn = null; // the lesson's own picture
  const shown = new Map(); // what each part was built from

  function open(isOpen) {
    place.hidden = !isOpen;
    page.classList.toggle("learning", isOpen);
  }

  function hide() {
    open(false);
    if (lesson?.open) studio.command("close_lesson");
    document.querySelector("#studio [data-opens=lessons]")?.focus();
  }

  function showList() {
    open(true);
    if (lesson?.open) studio.command("close_lesson");
    else drawList();
    title.focus();
  }

  /** Build a part again only where what it shows has changed, so that focus and choices stay. */
  function put(place, from, build) {
    const text = JSON.stringify(from ?? null);
    if (shown.get(place) === text) return;
    shown.set(place, text);
    place.hidden = !from;
    const focused = place.contains(document.activeElement)
      ? document.activeElement.dataset.action
      : null;
    place.replaceChildren(...(from ? build() : []));
    if (focused) (place.querySelector(`[data-action="${focused}"]`) ?? title).focus({ preventScroll: true });
  }

  function drawList() {
    const done = readDone();
    page.dataset.shows = "";
    back.hidden = true;
    list.hidden = false;
    body.hidden = true;
    setText(label, "Learn residual quantization by doing it");
    setText(title, "Lessons");
    list.replaceChildren(
      h(
        "p",
        { class: "note" },
        "Each asks a question, has one thing to do with the model and the clip that are open here, and ends with what settles the question. Which ones you have finished is kept in this browser alone.",
      ),
      h(
        "ol",
        {},
        ...studio.views.lessons.list.map((one) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                class: "lesson-choice",
                "data-lesson": one.key,
                onclick: () => studio.command("open_lesson", { lesson: one.key }),
              },
              h(
                "span",
                { class: "lesson-number", "aria-hidden": "true" },
                one.number ? String(one.number) : "+",
              ),
              h("span", { class: "lesson-name" }, one.title),
              h(
                "span",
                { class: "note" },
                done.has(one.key) ? "finished" : `${one.minutes} minutes`,
              ),
            ),
          ),
        ),
      ),
      h(
        "button",
        { type: "button", class: "tour-again", onclick: () => runTour(page, studio) },
        "One minute through the studio first",
      ),
    );
  }

  function drawLesson(isNew) {
    if (isNew) shown.clear();
    page.dataset.shows = lesson.shows.join(" ");
    back.hidden = false;
    list.hidden = true;
    body.hidden = false;
    const numbered = studio.views.lessons.list.filter((one) => one.number);
    setText(
      label,
      lesson.number ? `Lesson ${lesson.number} of ${numbered.length}` : "After the lessons",
    );
    setText(title, lesson.title);
    setText(why, lesson.unfit || lesson.why);
    put(question, lesson.question && { ...lesson.question, answer: lesson.answer }, () =>
      questionOf(lesson, studio),
    );
    drawPicture(isNew);
    put(steps, lesson.steps?.length ? lesson.steps : null, () => stepsOf(lesson, studio));
    put(outcome, lesson.outcome, () => {
      score.clear();
      return outcomeOf(lesson, score.element);
    });
    put(turn, { key: lesson.key, answer: lesson.answer, done: Boolean(lesson.outcome) }, turnOf);
    put(cited, lesson.sources.length ? lesson.sources : null, () => sources(lesson.sources));
    link.show();
    if (lesson.outcome) markDone(lesson.key);
    if (isNew) {
      title.focus({ preventScroll: true });
      const { top } = place.getBoundingClientRect();
      if (top < 0 || top > window.innerHeight / 2) place.scrollIntoView({ block: "start" });
    }
  }

  function drawPicture(isNew) {
    const kind = lesson.picture?.kind;
    picture.hidden = !kind;
    if (isNew || !kind) {
      picture.replaceChildren();
      drawn = kind ? PICTURES[kind](picture, studio) : null;
    }
    drawn?.show(lesson.picture);
  }

  function turnOf() {
    const all = studio.views.lessons.list;
    const at = all.findIndex((one) => one.key === lesson.key);
    const go = (one, words, primary) =>
      one &&
      h(
        "button",
        {
          type: "button",
          class: primary ? "primary" : "",
          onclick: () => studio.command("open_lesson", { lesson: one.key }),
        },
        words,
      );
    const again =
      lesson.answer &&
      h(
        "button",
        { type: "button", onclick: () => studio.command("open_lesson", { lesson: lesson.key }) },
        "Start again",
      );
    const next = all[at + 1];
    return [again, next && go(next, `Next: ${next.title}`, Boolean(lesson.outcome))].filter(
      Boolean,
    );
  }

  studio.on("lesson", (payload) => {
    const before = lesson;
    lesson = payload;
    if (lesson.open) {
      open(true);
      // A lesson that was begun again is a new one.
      const isNew = before?.key !== lesson.key || (before.answer && !lesson.answer);
      drawLesson(isNew);
      if (isNew) rememberInAddress(lesson.key);
    } else if (before?.open) {
      rememberInAddress(null);
      if (!place.hidden) drawList();
    }
  });
  studio.on("lessonPanel", showList);
  studio.on("lessons", (payload) => words.replaceChildren(glossary(payload.glossary)));
  open(false);
}
