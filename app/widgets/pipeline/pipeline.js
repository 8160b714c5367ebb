// Frames, latent, nearest codes, sum and body of the step under the cursor as one flow. A stage that is pointed at
// lights what feeds it and what it feeds; a layer shows the sum, and the body, as far as that layer.

import { builder } from "../shared/building.js";
import { h, isStill, one, oncePerFrame, onResize, setText, whileSeen } from "../shared/dom.js";
import { feedsOf, linkStages } from "./links.js";
import { makeStages } from "./stages.js";
import { sentence } from "./words.js";

/** @import { Studio } from "../shared/store.js" */

const EDGE = 16; // steps from the end of those that were sent, at which more are asked for
const TURN = 900; // milliseconds a layer, while the sum is built
const SILENT =
  "Point at a stage to see what feeds it and what it feeds; a layer shows the sum as far as that layer.";

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const build = h("button", { type: "button", class: "build", onclick: run }, "Build it up");
  const title = h("span", { class: "note" });
  const flow = h("div", { class: "pipeline-flow" });
  const said = h("p", { class: "pipeline-said" }, SILENT);
  place.append(h("div", { class: "panel-head" }, h("h2", {}, "How a step is made"), title, build), flow, said);

  const building = builder(studio, halt);
  /** @type {ReturnType<typeof makeStages> | null} */
  let stages = null;
  /** @type {ReturnType<typeof linkStages> | null} */
  let lines = null;
  /** @type {number[][]} */
  let feeds = [];
  /** @type {number | null} */
  let lit = null;
  /** @type {number | null} */
  let count = null; // layers that are built by this flow itself
  let timer = 0;
  let isOpen = false;
  let wasBuilt = false;
  let isWaiting = false; // for other steps of a long clip

  const layers = () => studio.views.tokens.layers.length;
  const isLayer = (/** @type {number} */ stage) => stage >= 2 && stage < 2 + layers();

  function step() {
    const { fps, ratio, steps } = studio.views.clip;
    return Math.max(0, Math.min(steps - 1, Math.floor((studio.clock.shown * fps + 0.5) / ratio)));
  }

  /** Of a long clip the server sends the steps about the cursor. */
  function follow(/** @type {number} */ at) {
    if (isWaiting) return;
    isWaiting = true;
    studio.command("follow_flow", { step: at });
  }

  const draw = whileSeen(
    place,
    oncePerFrame(() => {
      const { clip, tokens, pipeline, latent, reconstruction } = studio.views;
      if (!stages || !pipeline || !latent || !reconstruction || tokens.codes.shape[1] !== clip.steps) return;
      const at = step();
      const { first, steps, length } = pipeline;
      if (steps !== clip.steps || latent.steps !== steps) return;
      const beyond = first + length.shape[0];
      if ((first > 0 && at < first + EDGE) || (beyond < steps && at >= beyond - EDGE)) follow(at);
      if (latent.first !== first || at < first || at >= beyond) return;
      setText(title, `step ${at} of ${clip.steps}`);
      stages.draw(at, count ?? studio.preview?.count ?? layers(), lit);
      setText(said, lit === null ? SILENT : sentence(studio, lit, at));
      place.dataset.drawn = String(at);
    }),
  );

  function light(/** @type {number | null} */ stage) {
    lit = stage;
    stages?.elements.forEach((element, other) => {
      const isLinked = stage !== null && (feeds[stage].includes(other) || feeds[other].includes(stage));
      element.classList.toggle("lit", other === stage);
      element.classList.toggle("linked", isLinked);
      element.classList.toggle("far", stage !== null && other !== stage && !isLinked);
    });
    for (const { from, to, path } of lines?.links ?? []) {
      path.classList.toggle("feeds", to === stage);
      path.classList.toggle("fed", from === stage);
    }
    draw();
  }

  function point(/** @type {number} */ stage) {
    clearTimeout(timer);
    if (isLayer(stage)) {
      count = stage - 1;
      void building.show(count);
    } else if (count !== null) leave();
    light(stage);
  }

  /** Another part of the page shows the body, or nothing is built any more. */
  function halt() {
    clearTimeout(timer);
    count = null;
    light(null);
  }

  function leave() {
    halt();
    building.end();
  }

  function run() {
    clearTimeout(timer);
    wasBuilt = true;
    const next = (/** @type {number} */ built) => {
      if (built > layers()) return leave();
      point(built + 1);
      timer = Number(setTimeout(() => next(built + 1), TURN));
    };
    next(1);
  }

  function open() {
    if (isOpen) return;
    isOpen = true;
    studio.command("show_panel", { panel: "pipeline" });
  }

  function make() {
    feeds = feedsOf(layers());
    stages = makeStages(studio, { point, leave });
    flow.replaceChildren(...stages.columns);
    lines = linkStages(flow, stages.elements, feeds);
    lines.place();
  }

  new IntersectionObserver((entries) => {
    if (entries.some(({ isIntersecting }) => isIntersecting)) open();
  }).observe(place);
  studio.on("tokens", () => {
    if (count !== null) leave();
    if (stages?.elements.length !== layers() + 4) make();
    draw();
  });
  studio.on("pipeline", () => {
    isWaiting = false;
    draw();
    // Once by itself, where nothing else does it.
    const isQuiet = studio.pageView === "studio" && !isStill() && studio.clock.playing;
    if (!wasBuilt && isQuiet && !one(document, "#studio").classList.contains("learning")) run();
  });
  for (const view of /** @type {const} */ (["latent", "reconstruction", "preview", "checkpoint"])) studio.on(view, draw);
  studio.on("clip", () => {
    if (count !== null) leave();
    if (stages) make(); // so that nothing of another clip stands where it is not seen just now
  });
  studio.clock.onChange(() => draw());
  onResize(flow, () => {
    lines?.place();
    draw();
  });
}
