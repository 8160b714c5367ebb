// The page's only store: the latest payload of every view, the clock, and the way to the server.

import { unpack } from "./shared/arrays.js";
import { Clock } from "./shared/clock.js";
import { Outbox } from "./shared/outbox.js";
import { mountCodebook } from "./codebook/codebook.js";
import { mountErrors } from "./errors/errors.js";
import { mountHeader } from "./header/header.js";
import { mountLayers } from "./layers/layers.js";
import { mountPath } from "./path/path.js";
import { mountPlayer } from "./player/player.js";
import { mountReadout } from "./readout/readout.js";
import { mountTokens } from "./tokens/tokens.js";
import { mountTrajectories } from "./trajectories/trajectories.js";

const WIDGETS = {
  header: mountHeader,
  readout: mountReadout,
  player: mountPlayer,
  trajectories: mountTrajectories,
  layers: mountLayers,
  tokens: mountTokens,
  errors: mountErrors,
  path: mountPath,
  codebook: mountCodebook,
};

class Studio {
  clock = new Clock();
  views = {};
  range = { from: 0, to: 1 };
  joints = ["left_wrist", "right_foot"];
  #listeners = new Map();

  constructor({ send, upload, plotlyUrl }) {
    this.outbox = new Outbox(
      (letter) => send({ ...letter, resume: this.views.session?.resume ?? null }),
      (busy) => this.#emit("busy", busy),
      (text) => this.#emit("notice", { text }),
    );
    this.uploadFile = upload;
    this.plotlyUrl = plotlyUrl;
  }

  /** Listen to a view's payload ("clip", "tokens" …) or to "busy", "notice", "range", "joints". */
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
    Object.assign(this.views, changed);
    if (changed.clip) this.#showClip(changed.clip);
    for (const [name, payload] of Object.entries(changed)) this.#emit(name, payload);
    this.#emit("notice", { text: answer.notice ?? "" });
    this.outbox.acknowledge(answer.letter);
  }

  setJoints(names) {
    this.joints = names;
    this.#emit("joints", names);
  }

  setRange(from, to) {
    this.range = { from, to };
    this.#emit("range", this.range);
  }

  /** Plotly's script, fetched once and after the first picture. */
  plotly() {
    this.plotlyReady ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = this.plotlyUrl;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly.js did not load"));
      document.head.append(script);
    });
    return this.plotlyReady;
  }

  #showClip(clip) {
    const half = 0.5 / clip.fps;
    this.clock.setDuration((clip.frames - 1) / clip.fps);
    this.clock.seek(0);
    this.setRange(-half, (clip.steps * clip.ratio) / clip.fps - half);
  }

  #emit(name, payload) {
    for (const listener of this.#listeners.get(name) ?? []) listener(payload);
  }
}

function spaceBarPlays(studio) {
  document.addEventListener("keydown", (event) => {
    if (event.code !== "Space" || event.target.closest("button, input, select, a, summary, textarea")) return;
    event.preventDefault();
    studio.clock.toggle();
  });
}

/** What tests and curious visitors may use from the console. */
function publicFace(studio) {
  return {
    clock: studio.clock,
    views: studio.views,
    command: (name, values) => studio.command(name, values),
    setJoints: (names) => studio.setJoints(names),
    seek: (seconds) => studio.clock.seek(seconds),
    settled: () => studio.outbox.settled(),
    get isSettled() { return studio.outbox.isSettled; },
    get joints() { return studio.joints; },
    get requests() { return studio.outbox.sent; },
  };
}

/** Bring the page to life inside the element that Gradio made for it. */
export function mount({ element, props, trigger, watch, upload }) {
  const root = element.querySelector("#studio");
  const studio = new Studio({ send: (letter) => trigger("input", letter), upload, plotlyUrl: root.dataset.plotly });
  for (const place of root.querySelectorAll("[data-widget]")) WIDGETS[place.dataset.widget](place, studio);
  studio.receive(props.value);
  watch("value", () => studio.receive(props.value));
  spaceBarPlays(studio);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) studio.clock.play();
  window.studio = publicFace(studio);
  root.dataset.ready = "true";
}
