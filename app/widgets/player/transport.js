// Play, loop, time and speed: the clock in the hand.

import { h, setText } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

const SPEEDS = [0.25, 0.5, 1, 2];
const ICONS = {
  play: '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 2.5v11l9.5-5.5z"/></svg>',
  pause:
    '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z"/></svg>',
  loop: '<svg viewBox="0 0 16 16" aria-hidden="true" class="stroked"><path d="M3 8a5 5 0 0 1 8.6-3.4L13.5 6.5M13 8a5 5 0 0 1-8.6 3.4L2.5 9.5M13.7 3v3.6h-3.6M2.3 13V9.4h3.6"/></svg>',
};

export function mountTransport(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const { clock } = studio;
  const play = h("button", {
    type: "button",
    class: "icon-button play",
    onclick: () => clock.toggle(),
  });
  const loop = h("button", {
    type: "button",
    class: "icon-button",
    "aria-label": "Loop",
    title: "Loop",
    onclick: () => clock.setLoop(!clock.loop),
  });
  loop.innerHTML = ICONS.loop;
  const scrub = h("input", {
    type: "range",
    class: "scrub",
    min: "0",
    max: "0",
    value: "0",
    step: "1",
    "aria-label": "Time",
    oninput: () => {
      const frame = Number(scrub.value); // before the clock's news, which set it
      clock.pause();
      clock.seek(frame / studio.views.clip.fps);
    },
  });
  const now = h("span", { class: "now" });
  const speed = h(
    "select",
    { class: "speed", "aria-label": "Speed", onchange: () => clock.setSpeed(Number(speed.value)) },
    ...SPEEDS.map((value) =>
      h("option", { value, ...(value === 1 && { selected: true }) }, `${value}×`),
    ),
  );

  place.append(play, loop, scrub, now, speed);

  function show() {
    const label = clock.playing ? "Pause" : "Play";
    if (play.getAttribute("aria-label") !== label) {
      play.setAttribute("aria-label", label);
      play.title = `${label} (space)`;
      play.innerHTML = clock.playing ? ICONS.pause : ICONS.play;
    }
    loop.setAttribute("aria-pressed", String(clock.loop));
    const share = clock.duration ? clock.shown / clock.duration : 0;
    scrub.style.setProperty("--done", `${share * 100}%`);
    const { clip } = studio.views;
    if (!clip) return;
    scrub.max = String(Math.round(clock.duration * clip.fps));
    scrub.value = String(Math.round(clock.shown * clip.fps));
    scrub.setAttribute(
      "aria-valuetext",
      `${clock.shown.toFixed(2)} of ${clock.duration.toFixed(2)} seconds`,
    );
    setText(now, `${clock.shown.toFixed(2)} s · frame ${Math.round(clock.shown * clip.fps)}`);
  }

  clock.onChange(show);
  studio.on("clip", show);
}
