// Long work on the server: a bar, what it is doing, and a cancel button; asks for news while it runs.

import { h, setText } from "./dom.js";

/**
 * @import { JobNews } from "./payloads"
 * @import { Studio } from "./store.js"
 */

const PAUSE = 300; // milliseconds between two looks

const isOpen = (/** @type {JobNews | undefined} */ job) =>
  job?.state === "waiting" || job?.state === "running";

/** Keep asking for news as long as any job is open, and once more: what it made may come after its end. */
export function watchJobs(/** @type {Studio} */ studio) {
  let timer = 0;
  let wasOpen = false;
  studio.on("jobs", ({ jobs }) => {
    clearTimeout(timer);
    const open = Object.values(jobs).some(isOpen);
    if (open) ask();
    else if (wasOpen) studio.command("look");
    wasOpen = open;
  });

  function ask() {
    timer = window.setTimeout(() => {
      studio.command("look");
      if (Object.values(studio.views.jobs.jobs).some(isOpen)) ask();
    }, PAUSE);
  }
}

/**
 * A bar for one job; hidden while the job is neither open nor failed.
 *
 * @param {Studio} studio
 * @param {string} name
 */
export function jobBar(studio, name) {
  const bar = h("progress", { max: "1", value: "0", "aria-label": "Progress" });
  const words = h("span", { class: "note", role: "status" });
  const stop = h(
    "button",
    { type: "button", onclick: () => studio.command("cancel", { job: name }) },
    "Cancel",
  );
  const element = h("div", { class: "job", "data-job": name, hidden: true }, bar, words, stop);
  studio.on("jobs", ({ jobs }) => {
    const job = jobs[name];
    element.hidden = !job || (!isOpen(job) && job.state !== "failed");
    if (!job || element.hidden) return;
    bar.hidden = stop.hidden = !isOpen(job);
    if (job.state === "running") bar.value = job.share;
    else bar.removeAttribute("value");
    const percent = `${Math.round(100 * job.share)}%`;
    /** @type {Partial<Record<JobNews["state"], string>>} */
    const says = { waiting: "waiting for a free place", running: `${job.words} ${percent}`.trim() };
    setText(words, says[job.state] ?? job.words);
  });
  return element;
}

/**
 * Work that is ordered and then collected: its command, given again once the job is done, hands over what was made.
 * `order(number, wanted)` begins it, under a number or name of its own that is among what is wanted; after `forget()`
 * nothing is collected; `collected` is called after it was.
 *
 * @param {Studio} studio
 * @param {string} name
 * @param {string} command
 * @param {() => void} collected
 */
export function orders(studio, name, command, collected = () => {}) {
  /** @type {{ number: number | string, wanted: Record<string, unknown> } | null} */
  let awaited = null;
  studio.on("jobs", ({ jobs }) => {
    const job = jobs[name];
    if (!awaited || job?.order !== awaited.number || isOpen(job)) return;
    const { wanted } = awaited;
    awaited = null;
    if (job.state !== "done") return;
    studio.command(command, wanted);
    collected();
  });
  return {
    order(/** @type {number | string} */ number, /** @type {Record<string, unknown>} */ wanted) {
      awaited = { number, wanted };
      studio.command(command, wanted);
    },
    forget() {
      awaited = null;
    },
  };
}

/** A number to tell an order from every other. */
export const ticket = () => Math.floor(Math.random() * 2 ** 31);
