// Which stretch of a long clip plots and grid show: a scroll bar and zoom buttons.

import { each, h } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

const LONG = 12; // seconds; shorter clips fit whole, and zoom by wheel and keys, unless fingers need room

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const bar = h("input", {
    type: "range",
    class: "scrub",
    min: "0",
    max: "1000",
    step: "1",
    value: "0",
    "aria-label": "Scroll through the clip",
    oninput: () => {
      const full = studio.fullRange;
      const wide = studio.range.to - studio.range.from;
      studio.scrollRange(full.from + (Number(bar.value) / 1000) * (full.to - full.from - wide));
    },
  });
  const button = (
    /** @type {string} */ label,
    /** @type {string} */ title,
    /** @type {() => void} */ act,
  ) => h("button", { type: "button", title, "aria-label": title, onclick: act }, label);
  const out = button("−", "Show more time", () => studio.zoomRange(2));
  const closer = button("+", "Show less time", () => studio.zoomRange(0.5));
  const all = button("All", "Show the whole clip", () =>
    studio.setRange(studio.fullRange.from, studio.fullRange.to),
  );
  const words = h("span", { class: "note" });
  place.append(
    h("span", { class: "zoom", role: "group", "aria-label": "Time shown" }, out, closer, all),
    bar,
    words,
  );

  studio.on("range", (range) => {
    if (!studio.views.clip) return;
    const full = studio.fullRange;
    place.hidden = studio.clock.duration < LONG && !matchMedia("(any-pointer: coarse)").matches;
    const hidden = full.to - full.from - (range.to - range.from);
    bar.disabled = hidden < 1e-6;
    all.disabled = out.disabled = bar.disabled;
    bar.value = String(bar.disabled ? 0 : (1000 * (range.from - full.from)) / hidden);
    bar.style.setProperty("--done", "0%");
    words.textContent = bar.disabled
      ? "the whole clip"
      : `${Math.max(0, range.from).toFixed(1)} to ${Math.min(studio.clock.duration, range.to).toFixed(1)} s`;
  });
  studio.clock.onChange((clock) => {
    if (clock.playing && studio.views.clip) studio.reveal(clock.time);
  });

  const frames = each(document, "#studio .time-frame");
  for (const frame of frames) {
    frame.addEventListener(
      "wheel",
      (event) => {
        if (!studio.views.clip) return;
        const wide = studio.range.to - studio.range.from;
        if (event.ctrlKey || event.metaKey) studio.zoomRange(Math.exp(event.deltaY * 0.002));
        else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
          studio.scrollRange(studio.range.from + ((event.deltaX || event.deltaY) * wide) / 800);
        else return;
        event.preventDefault();
      },
      { passive: false },
    );
  }
}
