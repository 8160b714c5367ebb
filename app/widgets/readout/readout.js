// The figures that matter, in one strip: error, layers, bits, the clip and where it comes from.

import { h, one, segmented, setText } from "../shared/dom.js";
import { menu } from "../share/menu.js";
import { amount, wayOf } from "../shared/units.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { Clip } from "../shared/types.js"
 */

const JOINT_WAYS = [
  ["local", "local", "Each body in its own place and heading: the error of the pose alone"],
  ["root", "root", "Pelvis on pelvis in every frame: the field's MPJPE; a turned heading counts"],
  ["global", "global", "Nothing aligned: the drift of the path counts too"],
];
const CHANNEL_WAYS = [
  [
    "raw",
    "raw",
    "Absolute difference in the features' own units, which may differ between channels",
  ],
  [
    "standardised",
    "standardised",
    "Absolute difference over the checkpoint's standard deviation of each channel",
  ],
];
const WAYS = { joints: JOINT_WAYS, channels: CHANNEL_WAYS };
const MEANING = Object.fromEntries(
  [...JOINT_WAYS, ...CHANNEL_WAYS].map(([value, , text]) => [value, text]),
);

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const error = h("strong", { class: "figure", "data-figure": "error" }, "–");
  const errorB = h("span", { class: "figure-b", hidden: true });
  const layers = h("strong", { class: "figure", "data-figure": "layers" }, "–");
  const bits = h("strong", { class: "figure", "data-figure": "bits" }, "–");
  const length = h("strong", { class: "figure", "data-figure": "length" }, "–");
  const rate = h("span", { class: "note" });
  const steps = h("span", { class: "note" });
  const switched = h("span", { class: "note" });
  const meaning = h("span", { class: "note" });
  const origin = h("p", { class: "origin" });
  const badge = h("span", { class: "badge" });
  const label = h("span", { class: "label" }, "Mean joint error");
  const unit = h("span", { class: "unit" }, "mm");
  const ways = h("div", {});
  /** @type {ReturnType<typeof segmented> | null} */
  let alignment = null;

  /** The choice between the ways in which joints, or channels, are measured. */
  function offerWays(/** @type {Clip["parts"]} */ parts) {
    if (ways.dataset.parts === parts) return;
    ways.dataset.parts = parts;
    setText(label, parts === "joints" ? "Mean joint error" : "Mean channel error");
    alignment = segmented(
      parts === "joints" ? "Alignment of the error" : "Scale of the error",
      WAYS[parts],
      (value) => studio.command("set_alignment", { alignment: value }),
    );
    ways.replaceChildren(alignment);
  }

  const about = menu("i", [
    h("div", { class: "about-figure" }, label, meaning),
    h("div", { class: "about-figure" }, h("span", { class: "label" }, "Layers in use"), switched),
    h("div", { class: "about-figure" }, h("span", { class: "label" }, "Tokens cost"), rate),
    h("div", { class: "about-figure" }, h("span", { class: "label" }, "Clip"), steps),
    h("div", { class: "about-figure" }, h("span", { class: "label" }, "Where it comes from"), origin),
  ]);
  about.classList.add("about");
  one(about, "button").setAttribute("aria-label", "About these figures and their sources");
  const figure = (/** @type {import("../shared/dom.js").Child[]} */ ...parts) => h("div", { class: "stat" }, ...parts);
  place.append(
    figure(error, unit, errorB, ways),
    figure(layers, h("span", { class: "unit" }, "layers")),
    figure(bits, h("span", { class: "unit" }, "bit/s")),
    figure(length, h("span", { class: "unit" }, "s")),
    figure(badge),
    about,
  );

  studio.on("reconstruction", (made) => {
    offerWays(studio.views.clip.parts);
    setText(error, amount(made.mean_error, made.unit));
    setText(unit, `${made.unit === "mm" ? "mm " : ""}${wayOf(made.alignment)}, ${made.fps} fps`);
    alignment?.show(made.alignment);
    const from = studio.views.clip.recorded
      ? ""
      : " From the table’s tokens: nothing was recorded.";
    setText(
      meaning,
      `${wayOf(made.alignment)}, ${made.fps} fps.${from} ${MEANING[made.alignment]}.`,
    );
  });
  studio.on("compared", (other) => {
    errorB.hidden = !other.words;
    const { unit: errorUnit } = studio.views.reconstruction;
    if (other.mean_error !== undefined)
      setText(errorB, `B ${amount(other.mean_error, errorUnit)}${errorUnit === "mm" ? " mm" : ""}`);
    errorB.title = other.words;
  });
  studio.on("tokens", (tokens) => {
    const on = tokens.layers.flatMap((active, /** @type {number} */ layer) =>
      active ? [layer + 1] : [],
    );
    setText(layers, `${on.length} of ${tokens.layers.length}`);
    setText(
      switched,
      on.length
        ? `layer${on.length > 1 ? "s" : ""} ${on.join(" ")}`
        : "none: the decoder sees a zero latent",
    );
    setText(bits, tokens.bits_per_second.toFixed(0));
    setText(
      rate,
      `${tokens.bits_per_step.toFixed(0)} bits a step, ${tokens.steps_per_second.toFixed(0)} steps a second`,
    );
  });
  const showOrigin = () => {
    const { clip, checkpoint } = studio.views;
    if (!clip || !checkpoint) return;
    setText(length, clip.seconds.toFixed(2));
    setText(
      steps,
      `${clip.frames} frames at ${clip.fps} fps, ${clip.steps} steps of ${clip.ratio}`,
    );
    const kind = !clip.recorded
      ? "Row of a table"
      : clip.own
        ? "Your clip"
        : { false: "Held out of training", true: "In the training set", null: "Sample clip" }[
          String(clip.trained)
        ];
    setText(badge, kind ?? "");
    badge.classList.toggle("held-out", clip.trained === false);
    setText(
      origin,
      `${kind}. ${clip.title}: ${[clip.source, clip.licence].filter(Boolean).join(". ")}. Checkpoint ${checkpoint.title}: ${checkpoint.licence}.`,
    );
  };
  studio.on("clip", showOrigin);
  studio.on("checkpoint", showOrigin);
}
