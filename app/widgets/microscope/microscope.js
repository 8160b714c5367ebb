// The residual microscope: one step's latent taken apart, layer by layer.

import { h, one, segmented, setText } from "../shared/dom.js";
import { saveControl } from "../lab/parts.js";
import { layerLadder } from "./ladder.js";
import * as say from "./notation.js";
import { vectorStrips } from "./strips.js";
import { walkPlot } from "./walk.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { NumberArray, Values, View } from "../shared/types.js"
 */

const REST = 120; // milliseconds before a step counts as chosen
const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(0)}%`;
const length = (/** @type {Values} */ values) => Math.hypot(...values);

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  place.classList.add("microscope");
  let focus = 0; // 0: the whole walk; v: layer v, 1 for the first
  let asked = 0;
  let timer = 0;
  /** @type {ReturnType<typeof segmented> | null} */
  let levels = null;
  const where = h("strong", { class: "step-name", "aria-live": "polite" });
  const when = h("span", { class: "note" });
  const arrow = (
    /** @type {string} */ label,
    /** @type {string} */ text,
    /** @type {() => void} */ act,
  ) => h("button", { type: "button", class: "arrow", "aria-label": label, onclick: act }, text);
  const levelsPlace = h("div", { class: "levels" });
  const ladder = layerLadder({ choose: focusOn, open: openCode, put: putCode });
  const walk = walkPlot(studio);
  const walkNote = h("p", { class: "note", "data-note": "plane" });
  const save = saveControl(studio, "residual-walk", "the walk to the latent");
  const strips = vectorStrips();
  const identity = h("p", { class: "identity", "data-note": "identity" });

  place.append(
    h(
      "div",
      { class: "microscope-bar" },
      arrow("Step before", "‹", () => goTo(asked - 1)),
      where,
      arrow("Step after", "›", () => goTo(asked + 1)),
      when,
      h("span", { class: "spacer" }),
      arrow("Layer before", "‹", () => focusOn(focus - 1)),
      levelsPlace,
      arrow("Layer after", "›", () => focusOn(focus + 1)),
    ),
    h(
      "div",
      { class: "microscope-page" },
      h(
        "div",
        { class: "ladder-frame" },
        ladder.element,
        h(
          "p",
          { class: "note" },
          "Small figures: distance to the residual. A runner-up in a red frame is nearer than the code in its place, as edits can bring about. Click a code to open it in the dictionary, a runner-up to put it here.",
        ),
      ),
      h("div", { class: "walk-frame" }, walk.element, walkNote, save),
    ),
    strips.element,
    h(
      "p",
      { class: "note" },
      "One column a component; orange above zero, blue below, stronger the farther (by the square root), all three to one scale.",
    ),
    identity,
  );

  /** While time stands still the microscope stays with it, or with the token selected last. */
  function follow(/** @type {number} */ step) {
    const { clip } = studio.views;
    if (!clip || studio.clock.playing || !place.clientWidth) return;
    step = Math.max(0, Math.min(clip.steps - 1, step));
    if (step === asked) return;
    asked = step;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      timer = 0;
      studio.command("magnify", { step: asked });
    }, REST);
  }

  function stepNow() {
    const { fps, ratio } = studio.views.clip;
    return Math.floor((studio.clock.time * fps + 0.5) / ratio);
  }

  function goTo(/** @type {number} */ step) {
    const { fps, ratio, steps } = studio.views.clip;
    const bounded = Math.max(0, Math.min(steps - 1, step));
    studio.clock.pause();
    studio.clock.seek((bounded * ratio) / fps);
    studio.reveal(studio.clock.time);
    follow(bounded);
  }

  function focusOn(/** @type {number} */ next) {
    const { microscope: view } = studio.views;
    if (!view) return;
    focus = Math.max(0, Math.min(view.choices.length, next));
    show();
  }

  function openCode(/** @type {number} */ layer, /** @type {number} */ code) {
    studio.command("look_up", { layer, code });
    studio.showTab("dictionary");
  }

  function putCode(/** @type {number} */ layer, /** @type {number} */ code) {
    const step = studio.views.microscope?.step;
    if (step === undefined) return;
    const region = [layer, layer, step, step];
    studio.command("set_code", { region, code, repair: studio.repair });
  }

  function show() {
    const { microscope: view } = studio.views;
    if (!view) return;
    const layers = view.choices.length;
    focus = Math.min(focus, layers);
    if (levelsPlace.dataset.layers !== String(layers)) {
      levels = segmented("Layer under the microscope", levelOptions(layers), (level) =>
        focusOn(Number(level)),
      );
      levelsPlace.replaceChildren(levels);
      levelsPlace.dataset.layers = String(layers);
    }
    levels?.show(focus);
    setText(where, `Step ${view.step}`);
    setText(
      when,
      `frames ${view.frames[0]} to ${view.frames[1]}, ${view.seconds.toFixed(2)} s; follows the time cursor while it stands still`,
    );
    ladder.show(view, focus);
    walk.show(view, focus);
    setText(walkNote, planeWords(view, focus));
    strips.show(stripRows(view, focus));
    setText(identity, identityWords(view));
  }

  place.addEventListener("keydown", (event) => {
    const by = new Map([
      ["ArrowUp", -1],
      ["ArrowDown", 1],
    ]).get(event.key);
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const row = /** @type {Element} */ (event.target).closest("tr");
    focusOn(focus + by);
    if (row?.dataset.layer)
      one(place, `tr[data-layer="${Math.max(1, focus)}"] .layer-name`).focus();
  });

  studio.on("microscope", (view) => {
    if (!timer) asked = view.step;
    show();
  });
  studio.selection.onChange(() => {
    const { anchor, isSingle } = studio.selection;
    if (isSingle && anchor) follow(anchor.step);
  });
  studio.clock.onChange(() => studio.views.clip && follow(stepNow()));
  new ResizeObserver(() => studio.views.clip && follow(stepNow())).observe(place);
}

const levelOptions = (/** @type {number} */ layers) => [
  ["0", "Whole walk", "All layers, from zero towards the latent"],
  ...Array.from({ length: layers }, (_, v) => [`${v + 1}`, `${v + 1}`, `Layer ${v + 1} close up`]),
];

/** Which plane is drawn, and how much of what matters lies in it. */
function planeWords(/** @type {View<"microscope">} */ view, /** @type {number} */ focus) {
  const plane = view.planes[focus];
  const spread = percent(plane.explained[0] + plane.explained[1]);
  if (focus === 0)
    return `The sums of the first 0, 1, … codes walk towards the latent ${say.residual(0)} (star); hollow: where the runners-up would have led. Plane: the two principal axes (PCA) of latent and sums, ${spread} of their variance, both to one scale.`;
  const v = focus - 1;
  const start = ["zero", "the first code"][v] ?? `the sum of the first ${v} codes`;
  return `From ${start} to layer ${focus}'s code (blue) and to its runners-up (grey); dotted: what is left to the latent (star). Plane: the two principal axes (PCA) of these points, ${spread} of their variance and ${percent(plane.residual_shares[v])} of ${say.squared(v)}; distances out of the plane do not show.`;
}

/** Latent = codes + rest, as three vectors: of the whole walk or of one layer. */
function stripRows(/** @type {View<"microscope">} */ view, /** @type {number} */ focus) {
  const [layers, size] = view.codes.shape;
  const at = (/** @type {NumberArray} */ { values }, /** @type {number} */ index) =>
    values.subarray(index * size, (index + 1) * size);
  const row = (/** @type {string} */ label, /** @type {Values} */ values) => ({
    label,
    values,
    note: `length ${length(values).toFixed(2)}`,
  });
  if (focus === 0)
    return [
      row(`${say.residual(0)}, latent`, at(view.residuals, 0)),
      row("− Σ bᵛ, codes", view.sum.values),
      row(`= ${say.residual(layers)}, rest`, at(view.residuals, layers)),
    ];
  const v = focus - 1;
  return [
    row(`${say.residual(v)}${v ? "" : ", latent"}`, at(view.residuals, v)),
    row(`− ${say.code(v)}, code`, at(view.codes, v)),
    row(`= ${say.residual(v + 1)}`, at(view.residuals, v + 1)),
  ];
}

function identityWords(/** @type {View<"microscope">} */ view) {
  const last = say.residual(view.choices.length);
  const apart = view.identity_error === 0 ? "0" : view.identity_error.toExponential(1);
  const off = view.choices.some((choice) => !choice.on)
    ? " Layers that are switched off were chosen all the same and count here; the decoder does not see them."
    : "";
  return `Σ bᵛ + ${last} = ${say.residual(0)}: the largest difference of any component is ${apart}, float32 rounding.${off}`;
}
