// The page's only store: the latest payload of every view, what is chosen on the page alone, and the clock.

import { unpack } from "./arrays.js";
import { Clock } from "./clock.js";
import { mergeEdits, mergeMotions } from "./merge.js";
import { Outbox } from "./outbox.js";
import { openingParts } from "./parts.js";
import { revealing, scrolled, wholeRange, zoomed } from "./range.js";
import { Selection } from "./selection.js";
import { Transport } from "./transport.js";

/**
 * @import { Plotly } from "./plot.js"
 * @import { Answer } from "./transport.js"
 * @import { Clipboard, Clip, Events, Notice, Preview, Views } from "./types.js"
 */

const OPENING_SECONDS = 60; // longer clips open zoomed in
const REST = 120; // milliseconds before a selection counts as made
const EARLIER_PICTURES = new Map([["blast", "effect"]]); // names in links that were made with earlier versions

export class Studio {
  clock = new Clock();
  /** @type {Views} */
  views = /** @type {any} */ ({});
  range = { from: 0, to: 1 };
  /** @type {string[]} or channels, whose trajectories are shown */
  joints = [];
  picture = "position"; // above the tokens
  selection = new Selection();
  notes = ""; // the visitor's own, for the workspace file
  repair = false; // whether an edit lets the later layers be quantized again
  tab = ""; // of the laboratory
  /** @type {Preview | null} */
  preview = null; // a body that the page shows by itself
  /** @type {"simple" | "studio"} */
  pageView = "studio";
  /** @type {Clipboard | null} */
  clipboard = null;
  /** @type {Map<string, Set<(payload: any) => void>>} */
  #listeners = new Map();
  /** @type {Record<string, string[]>} joints and channels, each remembered while the other is shown */
  #chosen = {};
  /** @type {Promise<any> | undefined} */
  #plotlyReady;

  /**
   * @param {object} options
   * @param {string} options.url where requests go
   * @param {(file: File) => Promise<{ path: string }>} options.upload
   * @param {string} options.plotlyUrl
   */
  constructor({ url, upload, plotlyUrl }) {
    this.transport = new Transport({
      url,
      receive: (answer) => this.receive(answer),
      resume: () => this.resume,
      say: (text) => this.say(text, "note"),
    });
    this.outbox = new Outbox(
      (request) => void this.transport.send(request),
      (busy) => this.#emit("busy", busy),
    );
    this.uploadFile = upload;
    this.plotlyUrl = plotlyUrl;
    this.#inspectSelection();
  }

  /**
   * Listen to a view's payload ("clip", "tokens" …) or to what the page itself tells ("range", "notice" …). A
   * view that is there already is told at once.
   *
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {(payload: Events[Name]) => void} listener
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    if (name in this.views) listener(/** @type {any} */ (this.views)[name]);
  }

  /** Ask the server for a change of this visitor's work. */
  command(/** @type {string} */ name, /** @type {Record<string, unknown>} */ values = {}) {
    this.outbox.push({ name, ...values });
  }

  /** What brings the present work back to a server that has forgotten it. */
  get resume() {
    const { session, own_files: own } = this.views;
    return session ? { ...session.resume, own_files: own.files } : null;
  }

  /** Leave the present work for another, in the form of `resume`. */
  async continueWith(/** @type {unknown} */ work) {
    await this.outbox.settled();
    this.transport.beginWith(work);
    await this.outbox.ask();
  }

  /**
   * Take the server's answer: the views that changed, and perhaps a sentence for the visitor.
   *
   * @param {Pick<Answer, "number" | "notice" | "views"> & { kind?: Notice["kind"] }} answer
   */
  receive({ number, notice, kind, views }) {
    const changed = /** @type {Partial<Views>} */ (unpack(views));
    mergeMotions(changed, this.views);
    mergeEdits(changed, this.views);
    Object.assign(this.views, changed);
    if (changed.page) this.outbox.learn(changed.page.commands);
    if (changed.clip) {
      const { clip, reconstruction: made } = this.views;
      this.joints = openingParts(clip, made, this.#chosen[clip.parts]);
      this.#showClip(clip);
    }
    for (const [name, payload] of Object.entries(changed))
      this.#emit(/** @type {any} */ (name), payload);
    if (notice || !this.outbox.isSilent) this.say(notice, kind);
    this.outbox.acknowledge(number);
  }

  setJoints(/** @type {string[]} */ names) {
    this.joints = this.#chosen[this.views.clip.parts] = names;
    this.#emit("joints", names);
  }

  /** Show one of the pictures above the tokens: position, velocity, speed, feet or effect; value or change. */
  setPicture(/** @type {string} */ name) {
    this.#emit("picture", EARLIER_PICTURES.get(name) ?? name);
  }

  /** Open a tab of the laboratory by its name. */
  showTab(/** @type {string} */ name) {
    this.#emit("tab", name);
  }

  /** Open the list of lessons. */
  showLessons() {
    this.#emit("lessonPanel", true);
  }

  setNotes(/** @type {string} */ text) {
    this.notes = text;
    this.#emit("notes", text);
  }

  setRepair(/** @type {boolean} */ repair) {
    this.repair = repair;
    this.#emit("repair", repair);
  }

  /** Show a body by itself in the place of the decoded one; null gives that back. */
  setPreview(/** @type {Preview | null} */ preview) {
    this.preview = preview;
    this.#emit("preview", preview);
  }

  /** Show the few things that say what this is, or the whole studio. */
  setPageView(/** @type {"simple" | "studio"} */ name) {
    this.pageView = name;
    this.#emit("page_view", name);
  }

  setClipboard(/** @type {Clipboard} */ block) {
    this.clipboard = block;
    this.#emit("clipboard", block);
  }

  /** A sentence for the visitor, in the place of the server's own; "" takes it back. */
  say(/** @type {string} */ text, /** @type {Notice["kind"]} */ kind = "refused") {
    this.#emit("notice", { text, kind });
  }

  /** The stretch of time that plots and grid show, in seconds. */
  setRange(/** @type {number} */ from, /** @type {number} */ to) {
    this.range = { from, to };
    this.#emit("range", this.range);
  }

  /** The whole clip's stretch. */
  get fullRange() {
    return wholeRange(this.views.clip);
  }

  /** Show more (factor above 1) or less time around the cursor. */
  zoomRange(/** @type {number} */ factor, around = this.clock.shown) {
    const { from, to } = zoomed(this.range, this.views.clip, factor, around);
    this.setRange(from, to);
  }

  /** Show the stretch of this width that begins at `from`, or as near to it as the clip allows. */
  scrollRange(/** @type {number} */ from, wide = this.range.to - this.range.from) {
    const next = scrolled(this.views.clip, from, wide);
    this.setRange(next.from, next.to);
  }

  /** Scroll so that a moment is in sight. */
  reveal(/** @type {number} */ seconds) {
    const next = revealing(this.range, this.views.clip, seconds);
    if (next !== this.range) this.setRange(next.from, next.to);
  }

  /** Plotly's script, fetched once and for the first picture that needs it: it takes long to run. */
  plotly() {
    this.#plotlyReady ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = this.plotlyUrl;
      script.onload = () => resolve(/** @type {any} */ (window).Plotly);
      script.onerror = () => reject(new Error("plotly.js did not load"));
      document.head.append(script);
    });
    return this.#plotlyReady;
  }

  #showClip(/** @type {Clip} */ clip) {
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
      timer = Number(setTimeout(() => this.#inspect(), REST));
    });
  }

  #inspect() {
    const { isSingle, anchor } = this.selection;
    const { layer, step } = isSingle && anchor ? anchor : { layer: null, step: null };
    const { cell } = this.views;
    if (layer === (cell?.layer ?? null) && step === (cell?.step ?? null)) return;
    this.command("inspect_cell", { layer, step });
  }

  /**
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {Events[Name]} payload
   */
  #emit(name, payload) {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload);
  }
}
