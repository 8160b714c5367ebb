// The dictionary of codes: what one code means, where it occurs, and which codes are like it.

import { h, mm, segmented, setText } from "../shared/dom.js";
import { saveControl } from "../lab/parts.js";
import { jobBar } from "../shared/jobs.js";
import { codeMap } from "./codemap.js";
import { jointBars } from "./joints.js";
import { skeletonLoop, SPEED } from "./loop.js";
import { placesList } from "./places.js";

const times = (count) => (count === 1 ? "once" : `${count.toLocaleString("en")} times`);

export function mountDictionary(place, studio) {
  place.classList.add("dictionary");
  const lookUp = (layer, code) => studio.command("look_up", { layer, code });
  const layers = h("div", { class: "dictionary-layers" });
  let levels = null;
  const number = h("input", {
    type: "text",
    inputmode: "numeric",
    class: "entry-code",
    "aria-label": "Code number",
    size: "5",
  });
  const form = h(
    "form",
    {
      class: "entry-form",
      onsubmit: (event) => {
        event.preventDefault();
        if (/^\d+$/.test(number.value.trim())) lookUp(opened().layer, Number(number.value));
        else studio.say(`A code is a whole number; ${JSON.stringify(number.value)} is not.`);
      },
    },
    h("label", { class: "label" }, "Code ", number),
    h("button", { type: "submit" }, "Look up"),
  );
  const take = h(
    "button",
    { type: "button", onclick: lookUpSelected, title: "The code of the token selected in the grid" },
    "Selected token",
  );
  const again = h(
    "button",
    { type: "button", hidden: true, onclick: () => studio.command("read_clips") },
    "Look in all clips",
  );
  const motionOff = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const pause = h("button", { type: "button", onclick: () => playLoops(!playing) });
  const facts = h("p", { class: "entry-facts", "aria-live": "polite" });
  const needsJoints = h("p", { class: "note", hidden: true });
  const map = codeMap(studio, (code) => lookUp(opened().layer, code));
  const mapNote = h("p", { class: "note" });
  const average = skeletonLoop("Average motion around the code");
  const averageNote = h("p", { class: "note", "data-note": "average" });
  const effect = skeletonLoop("Motion decoded with the code, over the motion without it");
  const effectNote = h("p", { class: "note", "data-note": "effect" });
  const joints = jointBars();
  const near = h("div", { class: "near-codes" });
  const places = placesList(jump);
  const placesNote = h("span", { class: "note" });
  let playing = !motionOff;

  place.append(
    h("div", { class: "entry-bar" }, layers, form, take, again, pause),
    jobBar(studio, "dictionary"),
    facts,
    needsJoints,
    h(
      "div",
      { class: "entry-page" },
      card(
        "map",
        "Codebook of the layer",
        map.element,
        mapNote,
        saveControl(studio, "code-map", "the codebook as a map"),
      ),
      card("average", "Average motion around it", average.element, averageNote),
      card("effect", "What it does alone", effect.element, effectNote),
      card(
        "near",
        "Nearest codes, by distance",
        near,
        saveControl(studio, "code-neighbours", "the nearest codes", { kinds: ["csv"] }),
      ),
      card("where", "Where it occurs", places.element, placesNote),
      card("joints", "What it does, joint by joint", ...joints.elements),
    ),
  );

  /** The code whose page is open, as far as the page knows. */
  function opened() {
    const { entry, dictionary } = studio.views;
    return { layer: entry?.layer ?? dictionary?.layer ?? 0, code: entry?.code ?? 0 };
  }

  function selected() {
    const { selection, views } = studio;
    if (!selection.isSingle || !views.tokens) return null;
    const { layer, step } = selection.anchor;
    const code = views.tokens.codes.values[layer * views.tokens.codes.shape[1] + step];
    return code < 0 ? null : { layer, code, step };
  }

  function lookUpSelected() {
    const token = selected();
    if (token) lookUp(token.layer, token.code);
  }

  function playLoops(on) {
    playing = on;
    setText(pause, on ? "Pause the bodies" : "Play the bodies");
    average.play(on);
    effect.play(on);
  }

  async function jump(clip, step) {
    if (studio.views.clip.key !== clip) {
      studio.command("choose_clip", { clip });
      await studio.outbox.settled();
    }
    if (studio.views.clip.key !== clip) return;
    const { ratio, fps } = studio.views.clip;
    studio.clock.pause();
    studio.clock.seek((step * ratio) / fps);
    studio.reveal((step * ratio) / fps);
    studio.selection.set({ layer: opened().layer, step });
    const smooth = motionOff ? "auto" : "smooth";
    document.querySelector("#studio .player").scrollIntoView({ block: "center", behavior: smooth });
  }

  function showFrame() {
    const { dictionary: view, entry, checkpoint } = studio.views;
    if (!view) return;
    if (view.reading === "not yet") studio.command("read_clips");
    again.hidden = view.reading !== "stopped";
    if (levels?.childElementCount !== view.num_layers) {
      levels = segmented("Layer", layerOptions(view.num_layers), (layer) =>
        lookUp(layer, Math.min(opened().code, view.num_codes - 1)),
      );
      layers.replaceChildren(h("span", { class: "label" }, "Layer"), levels);
    }
    levels.show(view.layer);
    const own = entry?.layer === view.layer ? entry : null;
    if (checkpoint?.num_embeddings === view.num_codes)
      map.show(view, own, checkpoint.order.values.subarray(...row(view.layer, view.num_codes)));
    const over = view.counted_over === "clips" ? clipsWords(view.clips) : "the data set";
    setText(
      mapNote,
      `${view.num_codes} codes along the two principal axes (PCA), size by use over ${over}; ringed: this code, and its nearest. Click one to open it.`,
    );
  }

  function showEntry(entry) {
    const { dictionary: view } = studio.views;
    if (document.activeElement !== number) number.value = entry.code;
    near.replaceChildren(
      ...entry.near.map(({ code, distance }) =>
        h(
          "button",
          { type: "button", class: "near", onclick: () => lookUp(entry.layer, code) },
          `${code}`,
          h("small", {}, distance.toFixed(2)),
        ),
      ),
    );
    showJoints(entry.needs_joints);
    if (!entry.needs_joints) {
      showAverage(entry);
      showEffect(entry);
    }
    showFacts(entry, view);
    showFrame();
  }

  /** The cards that are about joints, or the sentence that says why there are none. */
  function showJoints(refusal) {
    setText(needsJoints, refusal);
    needsJoints.hidden = !refusal;
    pause.hidden = Boolean(refusal);
    for (const name of ["average", "effect", "joints"])
      place.querySelector(`[data-card=${name}]`).hidden = Boolean(refusal);
  }

  function showFacts(entry, view) {
    const known = view && view.layer === entry.layer && view.counted_over === "data set";
    const count = view?.counts.values[entry.code];
    const total = known ? `, ${times(count)} in the data set` : "";
    const found = `${times(entry.occurrences)} in ${clipsWords(entry.clips)}`;
    facts.replaceChildren(
      h("strong", {}, `Code ${entry.code} of layer ${entry.layer + 1}`),
      ` occurs ${found}${total}. Its vector has length ${entry.norm.toFixed(2)}.`,
    );
  }

  function showAverage(entry) {
    const { average: mean, fps, ratio } = entry;
    average.show(mean && { joints: mean.joints, first: mean.first, own: ratio, fps });
    average.element.hidden = !mean && Boolean(entry.effect);
    setText(
      averageNote,
      mean
        ? `Mean of ${entry.occurrences} occurrence${entry.occurrences === 1 ? "" : "s"} in the original motion, ${mean.joints.shape[0]} frames at ${fps} fps, shown at ${SPEED}× speed, placed and turned to agree in the middle of the code's ${ratio} frames (marked). On average they lie ${mm(mean.spread_mm)} mm from this mean.`
        : waiting(entry, "It occurs in none of these clips, so there is no motion to average."),
    );
  }

  function showEffect(entry) {
    const { effect: made, fps, ratio } = entry;
    effect.show(
      made && {
        joints: made.with_code,
        ghost: made.without,
        distances: made.distances_mm,
        first: made.first,
        own: ratio,
        fps,
      },
    );
    setText(effectNote, made ? effectWords(entry) : waiting(entry, ""));
    joints.show(studio.views.clip.joint_names, made && made.joint_mm);
  }

  function waiting(entry, otherwise) {
    return entry.effect ? otherwise : "The clips are being read.";
  }

  studio.on("dictionary", showFrame);
  studio.on("entry", showEntry);
  studio.on("checkpoint", showFrame);
  studio.on("occurrences", (view) => {
    places.show(view);
    setText(
      placesNote,
      `In ${clipsWords(view.clips)}; in this one as the grid shows it, edits included. A click takes the player there.`,
    );
    markPlace();
  });
  function markPlace() {
    const token = selected();
    const here = token && token.layer === opened().layer && token.code === opened().code;
    places.mark(studio.views.clip?.key, here ? token.step : -1);
    take.disabled = !token;
  }
  studio.selection.onChange(markPlace);
  playLoops(playing);
  if (selected()) lookUpSelected();
  studio.command("read_clips");
}

function card(name, title, ...content) {
  return h("article", { class: "entry-card", "data-card": name }, h("h3", {}, title), ...content);
}

const layerOptions = (count) =>
  Array.from({ length: count }, (_, layer) => [layer, `${layer + 1}`, `Layer ${layer + 1}`]);
const row = (layer, size) => [layer * size, (layer + 1) * size];
const clipsWords = (count) => (count === 1 ? "this clip" : `${count} clips`);

/** The code's effect in words, with what was compared, the alignment and the frame rate. */
function effectWords({ effect, occurrences, ratio, fps }) {
  const of =
    effect.decoded === 0
      ? "It does not occur here, so it is put into the mean latent in the place of its layer's mean"
      : `Decoded with it (solid) and with it dropped (pale), mean of ${effect.decoded}${effect.decoded < occurrences ? ` of its ${occurrences}` : ""} occurrence${effect.decoded === 1 ? "" : "s"}`;
  return `${of}: ${mm(effect.mean_mm)} mm over its ${ratio} frames, each body in its own place and heading (local), ${fps} fps, shown at ${SPEED}× speed. The path ends ${mm(effect.path_mm)} mm apart.`;
}
