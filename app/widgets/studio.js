// The page's beginning: every place of the shell gets its widget, and what the server sent is shown.
//
// The shell and the opening state are part of the page as it is served, so nothing here waits for Gradio. When that
// has drawn its component, the shell moves in there, as it is.

import { isStill, one } from "./shared/dom.js";
import { watchJobs } from "./shared/jobs.js";
import { Keeper, tabName } from "./shared/keeper.js";
import { pageKeys } from "./shared/keys.js";
import { browserStorage } from "./shared/storage.js";
import { Studio } from "./shared/store.js";
import { openLessonFromAddress } from "./lessons/address.js";
import { keepWork, offerKept } from "./share/kept.js";
import { openFromAddress } from "./share/share.js";
import { followNotifications } from "./tables/follow.js";
import { mountRowSteps } from "./tables/steps.js";
import { gradioShell } from "./gradio.js";
import { fillPlaces } from "./places.js";

const REQUESTS = "studio/requests"; // beside the page, wherever a proxy or a Space's frame puts that
const NAMES_WHAT_OPENS = ["state", "lesson"]; // in the address
const SPARING = 0.05; // seconds between pictures while Gradio loads, which would wait for each of them
const LINK_SECONDS = 4; // for which a page waits to show what its address names and nothing before it

/** Bring the page to life. */
async function mount() {
  const root = one(document, "#studio");
  const { upload, moved } = gradioShell(root);
  const studio = new Studio({
    url: new URL(REQUESTS, document.baseURI).href,
    upload,
    plotlyUrl: root.dataset.plotly ?? "",
  });
  const keeper = new Keeper({
    storage: browserStorage,
    tab: tabName(),
    page: document.baseURI.split(/[?#]/)[0],
    say: (text) => studio.say(text),
  });
  const kept = keeper.found();
  fillPlaces(root, studio);
  studio.receive(JSON.parse(one(document, "#opening").textContent ?? ""));
  pageKeys(studio);
  watchJobs(studio);
  followNotifications(studio);
  mountRowSteps(one(root, ".player"), studio);
  openFromAddress(studio);
  openLessonFromAddress(studio, root);
  keepWork(studio, keeper);
  studio.clock.shortest = SPARING;
  void moved.then(() => {
    studio.clock.shortest = 0;
  });
  if (!isStill()) studio.clock.play();
  Object.assign(window, { studio: publicFace(studio) });
  const asked = new URLSearchParams(location.search);
  if (NAMES_WHAT_OPENS.some((name) => asked.has(name)))
    await Promise.race([studio.outbox.settled(), seconds(LINK_SECONDS)]);
  root.dataset.ready = "true";
  one(document, "#waiting").remove();
  offerKept(studio, keeper, await kept, root);
}

/** @type {(count: number) => Promise<void>} */
const seconds = (count) => new Promise((resolve) => setTimeout(resolve, 1000 * count));

/**
 * What tests and curious visitors may use from the console.
 *
 * @param {Studio} studio
 */
function publicFace(studio) {
  return {
    clock: studio.clock,
    views: studio.views,
    command: studio.command.bind(studio),
    selection: studio.selection,
    setJoints: studio.setJoints.bind(studio),
    setRepair: studio.setRepair.bind(studio),
    setRange: studio.setRange.bind(studio),
    showTab: studio.showTab.bind(studio),
    get range() {
      return studio.range;
    },
    seek: (/** @type {number} */ seconds) => studio.clock.seek(seconds),
    settled: () => studio.outbox.settled(),
    get isSettled() {
      return studio.outbox.isSettled;
    },
    get joints() {
      return studio.joints;
    },
    get picture() {
      return studio.picture;
    },
    get requests() {
      return studio.outbox.sent;
    },
  };
}

void mount();
