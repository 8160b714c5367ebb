// The page's only store: the latest payload of every view, the clock, and the way to the server.

import { unpack } from "./shared/arrays.js";
import { Clock } from "./shared/clock.js";
import { mergeMotions } from "./shared/merge.js";
import { openingParts } from "./shared/parts.js";
import { Outbox } from "./shared/outbox.js";
import { Selection } from "./shared/selection.js";
import { mountDeck } from "./deck/deck.js";
import { mountEdits } from "./edits/edits.js";
import { mountErrors } from "./errors/errors.js";
import { mountHeader } from "./header/header.js";
import { openLessonFromAddress } from "./lessons/address.js";
import { mountLessons } from "./lessons/lessons.js";
import { mountLayers } from "./layers/layers.js";
import { mountPath } from "./path/path.js";
import { mountPlayer } from "./player/player.js";
import { mountReadout } from "./readout/readout.js";
import { watchJobs } from "./shared/jobs.js";
import { openFromAddress } from "./share/share.js";
import { followParcels } from "./tables/follow.js";
import { mountTokens } from "./tokens/tokens.js";
import { pageKeys } from "./shared/keys.js";
import { mountTrajectories } from "./trajectories/trajectories.js";
import { mountWindow } from "./window/window.js";

const WIDGETS = {
  header: mountHeader,
  lessons: mountLessons,
  readout: mountReadout,
  player: mountPlayer,
  trajectories: mountTrajectories,
  layers: mountLayers,
  tokens: mountTokens,
  edits: mountEdits,
  errors: mountErrors,
  path: mountPath,
  deck: mountDeck,
  window: mountWindow,
};

const OPENING_SECONDS = 60; // longer clips open zoomed in
const LEAST_STEPS = 4; // zoomed in as far as this
const REST = 120; // milliseconds before a selection counts as made

class Studio {
  clock = new Clock();
  views = {};
  range = { from: 0, to: 1 };
  joints = []; // or channels, whose trajectories are shown
  picture = "position"; // above the tokens
  selection = new Selection();
  repair = false; // whether an edit lets the later layers be quantized again
  tab = "codebook"; // of the laboratory
  clipboard = null; // {codes: rows of numbers, from: title of the clip}
  #listeners = new Map();
  #chosen = {}; // joints and channels, each remembered while the other is shown

  constructor({ send, upload, plotlyUrl }) {
    this.outbox = new Outbox(
      (letter) => send({ ...letter, resume: this.views.session?.resume ?? null }),
      (busy) => this.#emit("busy", busy),
      (text) => this.#emit("notice", { text }),
    );
    this.uploadFile = upload;
    this.plotlyUrl = plotlyUrl;
    this.#inspectSelection();
  }

  /** Listen to a view's payload ("clip", "tokens" …) or to "busy", "notice", "range", "joints", "picture", "tab". */
  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    if (name in this.views) listener(this.views[name]);
  }

  /** Ask the server for a change of this visitor's work. */
  command(name, values = {}) {
    this.outbox.push({ name, ...values });
  }

  /** Take the server's answer: the views that changed, and perhaps a sentence for the visitor. */
  receive(answer) {
    const changed = unpack(answer.views);
    mergeMotions(changed, this.views);
    Object.assign(this.views, changed);
    if (changed.clip) {
      const { clip, reconstruction: made } = this.views;
      this.joints = openingParts(clip, made, this.#chosen[clip.parts]);
    }
    if (changed.clip) this.#showClip(changed.clip);
    for (const [name, payload] of Object.entries(changed)) this.#emit(name, payload);
    if (answer.notice || !this.outbox.isQuiet) this.#emit("notice", { text: answer.notice });
    this.outbox.acknowledge(answer.letter);
  }

  setJoints(names) {
    this.joints = this.#chosen[this.views.clip.parts] = names;
    this.#emit("joints", names);
  }

  /** Show one of the pictures above the tokens: position, velocity, speed, feet or blast; value or change. */
  setPicture(name) {
    this.#emit("picture", name);
  }

  /** Open a tab of the laboratory by its name. */
  showTab(name) {
    this.#emit("tab", name);
  }

  /** Open the list of lessons. */
  showLessons() {
    this.#emit("lessonPanel", true);
  }

  setRepair(repair) {
    this.repair = repair;
  }

  setClipboard(block) {
    this.clipboard = block;
    this.#emit("clipboard", block);
  }

  /** A sentence for the visitor, in the place of the server's own. */
  say(text) {
    this.#emit("notice", { text });
  }

  /** The stretch of time that plots and grid show, in seconds. */
  setRange(from, to) {
    this.range = { from, to };
    this.#emit("range", this.range);
  }

  /** The whole clip's stretch. */
  get fullRange() {
    const { fps, steps, ratio } = this.views.clip;
    return { from: -0.5 / fps, to: (steps * ratio - 0.5) / fps };
  }

  /** Show more (factor above 1) or less time around the cursor. */
  zoomRange(factor, around = this.clock.shown) {
    const full = this.fullRange;
    const whole = full.to - full.from;
    const least = Math.min(whole, (LEAST_STEPS * this.views.clip.ratio) / this.views.clip.fps);
    const wide = Math.max(least, Math.min(whole, (this.range.to - this.range.from) * factor));
    const share = (around - this.range.from) / (this.range.to - this.range.from);
    this.scrollRange(around - Math.max(0, Math.min(1, share)) * wide, wide);
  }

  /** Show the stretch of this width that begins at `from`, or as near to it as the clip allows. */
  scrollRange(from, wide = this.range.to - this.range.from) {
    const full = this.fullRange;
    const start = Math.max(full.from, Math.min(full.to - wide, from));
    this.setRange(start, start + wide);
  }

  /** Scroll so that a moment is in sight. */
  reveal(seconds) {
    const { from, to } = this.range;
    if (seconds < from || seconds > to) this.scrollRange(seconds - (to - from) * 0.1);
  }

  /** Plotly's script, fetched once and after the first picture. */
  plotly() {
    this.plotlyReady ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = this.plotlyUrl;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.js did not load"));
      // The player is painted first; this script takes long to run.
      requestAnimationFrame(() => requestAnimationFrame(() => document.head.append(script)));
    });
    return this.plotlyReady;
  }

  #showClip(clip) {
    this.clock.setDuration((clip.frames - 1) / clip.fps);
    this.clock.seek(0);
    const full = this.fullRange;
    this.setRange(full.from, Math.min(full.to, full.from + OPENING_SECONDS));
  }

  /** Ask for the nearest codes of a single selected cell, once the selection rests. */
  #inspectSelection() {
    let timer = 0;
    this.selection.onChange(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const cell = this.selection.isSingle ? this.selection.anchor : { layer: null, step: null };
        if (
          cell.layer === (this.views.cell?.layer ?? null) &&
          cell.step === (this.views.cell?.step ?? null)
        )
          return;
        this.command("inspect_cell", { layer: cell.layer, step: cell.step });
      }, REST);
    });
  }

  #emit(name, payload) {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload);
  }
}

/** What tests and curious visitors may use from the console. */
function publicFace(studio) {
  return {
    clock: studio.clock,
    views: studio.views,
    command: (name, values) => studio.command(name, values),
    selection: studio.selection,
    setJoints: (names) => studio.setJoints(names),
    setRepair: (repair) => studio.setRepair(repair),
    setRange: (from, to) => studio.setRange(from, to),
    showTab: (name) => studio.showTab(name),
    get range() {
      return studio.range;
    },
    seek: (seconds) => studio.clock.seek(seconds),
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

/** Bring the page to life inside the element that Gradio made for it. */
export function mount({ element, props, trigger, watch, upload }) {
  const root = element.querySelector("#studio");
  const studio = new Studio({
    send: (letter) => trigger("input", letter),
    upload,
    plotlyUrl: root.dataset.plotly,
  });
  for (const place of root.querySelectorAll("[data-widget]"))
    WIDGETS[place.dataset.widget](place, studio);
  studio.receive(props.value);
  watch("value", () => studio.receive(props.value));
  pageKeys(studio);
  watchJobs(studio);
  followParcels(studio);
  openFromAddress(studio);
  openLessonFromAddress(studio, root);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) studio.clock.play();
  window.studio = publicFace(studio);
  root.dataset.ready = "true";
}
