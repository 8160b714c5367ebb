// The figures that matter, in one strip: error, layers, bits, the clip and where it comes from.

import { h, mm, segmented, setText } from "../shared/dom.js";

const ALIGNMENTS = [
  ["local", "local", "Each body in its own place and heading: the error of the pose alone"],
  ["root", "root", "Pelvis on pelvis in every frame: the field's MPJPE; a turned heading counts"],
  ["global", "global", "Nothing aligned: the drift of the path counts too"],
];
const MEANING = Object.fromEntries(ALIGNMENTS.map(([value, , text]) => [value, text]));

export function mountReadout(place, studio) {
  const error = h("strong", { class: "figure", "data-figure": "error" }, "–");
  const errorB = h("span", { class: "figure-b", hidden: true });
  const layers = h("strong", { class: "figure", "data-figure": "layers" }, "–");
  const bits = h("strong", { class: "figure", "data-figure": "bits" }, "–");
  const length = h("strong", { class: "figure", "data-figure": "length" }, "–");
  const rate = h("span", { class: "note" });
  const steps = h("span", { class: "note" });
  const switched = h("span", { class: "note" });
  const meaning = h("span", { class: "note meaning" });
  const origin = h("p", { class: "origin" });
  const alignment = segmented("Alignment of the error", ALIGNMENTS, (value) =>
    studio.command("set_alignment", { alignment: value }),
  );

  place.append(
    h(
      "div",
      { class: "stat wide" },
      h("span", { class: "label" }, "Mean joint error"),
      h("div", { class: "stat-row" }, error, h("span", { class: "unit" }, "mm"), errorB, alignment),
      meaning,
    ),
    h(
      "div",
      { class: "stat" },
      h("span", { class: "label" }, "Layers in use"),
      h("div", { class: "stat-row" }, layers),
      switched,
    ),
    h(
      "div",
      { class: "stat" },
      h("span", { class: "label" }, "Tokens cost"),
      h("div", { class: "stat-row" }, bits, h("span", { class: "unit" }, "bit/s")),
      rate,
    ),
    h(
      "div",
      { class: "stat clip" },
      h("span", { class: "label" }, "Clip"),
      h("div", { class: "stat-row" }, length, h("span", { class: "unit" }, "s")),
      steps,
    ),
    h("div", { class: "stat from" }, h("span", { class: "label" }, "Where it comes from"), origin),
  );

  studio.on("reconstruction", (made) => {
    setText(error, mm(made.mean_error));
    alignment.show(made.alignment);
    setText(
      meaning,
      `${made.alignment === "global" ? "global" : `${made.alignment}-aligned`}, ${made.fps} fps. ${MEANING[made.alignment]}.`,
    );
  });
  studio.on("compared", (other) => {
    errorB.hidden = !other.words;
    if (other.words) setText(errorB, `B ${mm(other.mean_error)} mm`);
    errorB.title = other.words;
  });
  studio.on("tokens", (tokens) => {
    const on = tokens.layers.flatMap((active, layer) => (active ? [layer + 1] : []));
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
    origin.replaceChildren(
      h(
        "span",
        { class: `badge ${clip.trained === false ? "held-out" : ""}` },
        !clip.recorded
          ? "Row of a table"
          : clip.own
            ? "Your clip"
            : { false: "Held out of training", true: "In the training set", null: "Sample clip" }[
              String(clip.trained)
            ],
      ),
      ` ${clip.title}: ${[clip.source, clip.licence].filter(Boolean).join(". ")}. Checkpoint ${checkpoint.title}: ${checkpoint.licence}.`,
    );
  };
  studio.on("clip", showOrigin);
  studio.on("checkpoint", showOrigin);
}
