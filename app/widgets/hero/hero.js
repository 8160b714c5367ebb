// Under the body: how many layers it is made of, and two things to do to its tokens.

import { h, one, segmented, setText } from "../shared/dom.js";
import { amount, wayOf } from "../shared/units.js";
import { mountSweep } from "./sweep.js";

/** @import { Studio } from "../shared/store.js" */

const WIDE = 5; // steps that are scrambled
const DONORS = ["kick", "walk", "jump", "run"]; // whose first layer shows most, first

const WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];

const inWords = (/** @type {number} */ count) => WORDS[count] ?? String(count);
const seed = () => Math.floor(Math.random() * 2 ** 31);

export function mountHero(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const strip = h("div", { class: "hero-layers" });
  const said = h("p", { class: "hero-said" });
  const scramble = h("button", { type: "button", class: "primary scramble", onclick: act }, "Scramble tokens");
  const swap = h("button", { type: "button", class: "swap", onclick: borrow }, "Swap layer 1");
  const again = h("button", { type: "button", class: "again", hidden: true, onclick: startOver }, "Start over");
  place.append(
    h("div", { class: "hero-row" }, h("span", { class: "hero-label" }, "Layers"), strip),
    said,
    h("div", { class: "hero-row hero-acts" }, scramble, swap, again),
  );
  const sweep = mountSweep(studio);
  /** @type {ReturnType<typeof segmented> | null} */
  let layers = null;

  function build(/** @type {number} */ count) {
    const numbers = Array.from({ length: count }, (_, layer) => String(layer + 1));
    layers = segmented(
      "Layers the body is made of",
      numbers.map((number) => [
        number,
        number,
        number === "1" ? "The first layer alone" : `The first ${number} layers`,
      ]),
      (number) => keepFirst(Number(number)),
    );
    strip.replaceChildren(layers);
  }

  function keepFirst(/** @type {number} */ count) {
    sweep.stop();
    const { length } = studio.views.tokens.layers;
    studio.command("set_layers", { layers: Array.from({ length }, (_, layer) => layer < count) });
  }

  /** How many layers are on, if they are the first ones; null otherwise. */
  function firstOnes() {
    const on = studio.views.tokens?.layers ?? [];
    const count = on.filter(Boolean).length;
    return on.every((one, layer) => one === layer < count) ? count : null;
  }

  function show() {
    const { tokens, reconstruction: made, clip } = studio.views;
    if (!tokens || !made || !clip) return;
    const shown = studio.preview?.count;
    const count = shown ?? firstOnes();
    layers?.show(count ?? "");
    const error = shown ? studio.views.sweep?.errors[shown - 1] : made.mean_error;
    const on = tokens.layers.flatMap((one, layer) => (one ? [layer + 1] : []));
    const which = !shown && count === null ? `Layer${on.length > 1 ? "s" : ""} ${on.join(" ")}` : !count ? "No layer" : count === 1 ? "Layer 1 alone" : `Layers 1 to ${count}`;
    const amountOn = shown ?? on.length;
    const numbers = `${inWords(amountOn)} whole number${amountOn === 1 ? "" : "s"}`;
    setText(
      one(document, "#studio .intro"),
      `Motion, written as ${inWords(tokens.layers.length)} whole numbers for every ${inWords(clip.ratio)} frames. The first layer of numbers says what moves; each layer after it adds what those before it missed.`,
    );
    setText(
      said,
      `${which}: ${numbers} for every ${inWords(clip.ratio)} frames, ${amount(error ?? made.mean_error, made.unit)} ${made.unit === "mm" ? "mm" : ""} from the ${clip.reference} (${wayOf(made.alignment)})`,
    );
  }

  /** The step at the cursor, and as many around it as are scrambled. */
  function around() {
    const { fps, ratio, steps } = studio.views.clip;
    const step = Math.floor((studio.clock.time * fps + 0.5) / ratio);
    const first = Math.max(0, Math.min(steps - WIDE, step - Math.floor(WIDE / 2)));
    return [first, Math.min(steps - 1, first + WIDE - 1)];
  }

  function act() {
    sweep.stop();
    if (scramble.dataset.act === "repair") return studio.command("treat_later_layers", { repair: true });
    const [first, last] = around();
    const { fps, ratio } = studio.views.clip;
    studio.command("fill_random", { region: [0, 0, first, last], seed: seed(), repair: false });
    studio.selection.set({ layer: 0, step: first }, { layer: 0, step: last });
    studio.clock.seek((Math.max(0, first - 1) * ratio) / fps);
    studio.reveal(studio.clock.time);
  }

  function donors() {
    const { library, clip } = studio.views;
    const others = library.clips.filter((one) => one.width === clip.width && one.key !== clip.key);
    const rank = (/** @type {string} */ key) => (DONORS.indexOf(key) + DONORS.length + 1) % (DONORS.length + 1);
    return [...others].sort((a, b) => rank(a.key) - rank(b.key));
  }

  function borrow() {
    sweep.stop();
    const clip = swap.dataset.donor;
    if (clip) studio.command("borrow", { first_layer: 0, last_layer: 0, clip, repair: false });
  }

  function startOver() {
    const { tokens } = studio.views;
    studio.command("set_layers", { layers: tokens.layers.map(() => true) });
    studio.command("reset");
    studio.selection.clear();
  }

  function showActs() {
    const { edits, library, clip, tokens } = studio.views;
    if (!edits || !library || !clip || !tokens) return;
    const last = edits.edits.at(-1);
    const repairs = last?.kind === "random" && !last.repair;
    scramble.dataset.act = repairs ? "repair" : "scramble";
    setText(scramble, repairs ? "Repair" : "Scramble tokens");
    scramble.title = repairs
      ? "Let the later layers choose their codes again, to make up for the scrambled ones"
      : `Give ${WIDE} tokens of layer 1, around this moment, other codes`;
    const borrowed = edits.edits.filter(({ kind }) => kind === "borrow").length;
    const offered = donors();
    const donor = offered[borrowed % Math.max(1, offered.length)];
    swap.hidden = !donor;
    if (donor) {
      swap.dataset.donor = donor.key;
      setText(swap, `Swap layer 1 with ${donor.title}`);
      swap.title = `The coarse motion of ${donor.title} under the detail of ${clip.title}`;
    }
    again.hidden = !edits.edits.length && tokens.layers.every(Boolean);
  }

  studio.on("tokens", ({ layers: { length } }) => {
    if (strip.querySelectorAll("button").length !== length) build(length);
    show();
    showActs();
  });
  for (const view of /** @type {const} */ (["reconstruction", "preview"])) studio.on(view, show);
  for (const view of /** @type {const} */ (["edits", "library", "clip"])) studio.on(view, showActs);
  studio.on("clip", sweep.stop);
  const begin = () => {
    if (studio.pageView === "simple") sweep.begin();
    else sweep.stop();
  };
  studio.on("page_view", begin);
  return { begin };
}
