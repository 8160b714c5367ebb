// The dictionary of codes: what one code means, where it occurs, and which codes are like it.

import { h, isStill, one, segmented, setText } from "../shared/dom.js";
import { saveControl } from "../lab/parts.js";
import { partNames } from "../shared/parts.js";
import { jobBar } from "../shared/jobs.js";
import { codeMap } from "./codemap.js";
import { jointBars } from "./joints.js";
import { codeMotions } from "./motions.js";
import { placesList } from "./places.js";

/**
 * @import { Child } from "../shared/dom.js"
 * @import { Studio } from "../shared/store.js"
 * @import { View } from "../shared/types.js"
 */

const times = (/** @type {number} */ n) => (n === 1 ? "once" : `${n.toLocaleString("en")} times`);

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  place.classList.add("dictionary");
  const lookUp = (/** @type {number} */ layer, /** @type {number} */ code) =>
    studio.command("look_up", { layer, code });
  const layers = h("div", { class: "dictionary-layers" });
  /** @type {ReturnType<typeof segmented> | null} */
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
    {
      type: "button",
      onclick: lookUpSelected,
      title: "The code of the token selected in the grid",
    },
    "Selected token",
  );
  const again = h(
    "button",
    { type: "button", hidden: true, onclick: () => studio.command("read_clips") },
    "Look in all clips",
  );
  const motionOff = isStill();
  const pause = h("button", { type: "button", onclick: () => playLoops(!playing) });
  const facts = h("p", { class: "entry-facts", "aria-live": "polite" });
  const needsJoints = h("p", { class: "note", hidden: true });
  const map = codeMap(studio, (/** @type {number} */ code) => lookUp(opened().layer, code));
  const mapNote = h("p", { class: "note" });
  const motions = codeMotions(studio);
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
      card("average", "Average motion around it", ...motions.average),
      card("effect", "What it does alone", ...motions.effect),
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
    const { anchor, isSingle } = selection;
    if (!isSingle || !anchor || !views.tokens) return null;
    const { layer, step } = anchor;
    const code = views.tokens.codes.values[layer * views.tokens.codes.shape[1] + step];
    return code < 0 ? null : { layer, code, step };
  }

  function lookUpSelected() {
    const token = selected();
    if (token) lookUp(token.layer, token.code);
  }

  function playLoops(/** @type {boolean} */ on) {
    playing = on;
    setText(pause, on ? "Pause the bodies" : "Play the bodies");
    motions.play(on);
  }

  async function jump(/** @type {string} */ clip, /** @type {number} */ step) {
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
    one(document, "#studio .player").scrollIntoView({ block: "center", behavior: smooth });
  }

  function showFrame() {
    const { dictionary: view, entry, checkpoint } = studio.views;
    if (!view) return;
    if (view.reading === "not yet") studio.command("read_clips");
    again.hidden = view.reading !== "stopped";
    if (levels?.childElementCount !== view.num_layers) {
      levels = segmented("Layer", layerOptions(view.num_layers), (layer) =>
        lookUp(Number(layer), Math.min(opened().code, view.num_codes - 1)),
      );
      layers.replaceChildren(h("span", { class: "label" }, "Layer"), levels);
    }
    levels?.show(view.layer);
    const own = entry?.layer === view.layer ? entry : null;
    if (checkpoint?.num_embeddings === view.num_codes)
      map.show(
        view,
        own,
        checkpoint.order.values.subarray(
          view.layer * view.num_codes,
          (view.layer + 1) * view.num_codes,
        ),
      );
    const over = view.counted_over === "clips" ? clipsWords(view.clips) : "the data set";
    setText(
      mapNote,
      `${view.num_codes} codes along the two principal axes (PCA), size by use over ${over}; ringed: this code, and its nearest. Click one to open it.`,
    );
  }

  function showEntry(/** @type {View<"entry">} */ entry) {
    const { dictionary: view } = studio.views;
    if (document.activeElement !== number) number.value = String(entry.code);
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
      motions.show(entry);
      joints.show(partNames(studio.views.clip), entry.effect && entry.effect.joint_mm);
    }
    showFacts(entry, view);
    showFrame();
  }

  /** The cards that are about joints, or the sentence that says why there are none. */
  function showJoints(/** @type {string} */ refusal) {
    setText(needsJoints, refusal);
    needsJoints.hidden = !refusal;
    pause.hidden = Boolean(refusal);
    for (const name of ["average", "effect", "joints"])
      one(place, `[data-card=${name}]`).hidden = Boolean(refusal);
  }

  function showFacts(
    /** @type {View<"entry">} */ entry,
    /** @type {View<"dictionary"> | undefined} */ view,
  ) {
    const known = view?.layer === entry.layer && view.counted_over === "data set" ? view : null;
    const count = known?.counts.values[entry.code];
    const total = count !== undefined ? `, ${times(count)} in the data set` : "";
    const found = `${times(entry.occurrences)} in ${clipsWords(entry.clips)}`;
    facts.replaceChildren(
      h("strong", {}, `Code ${entry.code} of layer ${entry.layer + 1}`),
      ` occurs ${found}${total}. Its vector has length ${entry.norm.toFixed(2)}.`,
    );
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
    places.mark(studio.views.clip?.key, token && here ? token.step : -1);
    take.disabled = !token;
  }
  studio.selection.onChange(markPlace);
  playLoops(playing);
  if (selected()) lookUpSelected();
  studio.command("read_clips");
}

function card(
  /** @type {string} */ name,
  /** @type {string} */ title,
  /** @type {Child[]} */ ...content
) {
  return h("article", { class: "entry-card", "data-card": name }, h("h3", {}, title), ...content);
}

const layerOptions = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, layer) => [`${layer}`, `${layer + 1}`, `Layer ${layer + 1}`]);
const clipsWords = (/** @type {number} */ count) => (count === 1 ? "this clip" : `${count} clips`);
