// Title, clip, checkpoint, upload, and what the page runs on.

import { h, setText } from "../shared/dom.js";
import { mountGuide } from "../lessons/guide.js";
import { mountShare } from "../share/share.js";
import { mountJoints } from "./joints.js";
import { mountOpener } from "./opener.js";
import { mountStill } from "./still.js";
import { mountVerdict } from "./verdict.js";
import { viewSwitch } from "./view.js";

/**
 * @import { CheckpointCard, Figure, LibraryPayload } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { Notice, Unpacked } from "../shared/types.js"
 */

const MOST_BYTES = 64 * 1024 * 1024;

/** @type {Record<Notice["kind"], string>} */
const KINDS = { done: "✓ Done", note: "i Good to know", refused: "! Not done" };

/** @typedef {{ label: string, command: Record<string, any>, figure?: Unpacked<Figure> }} Offered */

/** Seconds, or what a clip waits for a checkpoint with that says its frame rate. */
const lengthOf = (/** @type {{ seconds: number | null, width?: number }} */ { seconds, width }) =>
  seconds === null ? `${width} features` : `${seconds.toFixed(1)} s`;

function clipOptions(/** @type {LibraryPayload} */ { clips, table_rows: rows }) {
  /** @type {[string, { key: string, title: string, seconds: number | null, width?: number }[]][]} */
  const groups = [
    ["Held out of training", clips.filter((clip) => clip.trained === false)],
    ["Seen in training", clips.filter((clip) => clip.trained === true)],
    ["Samples", clips.filter((clip) => clip.trained === null && !clip.own)],
    ["Yours", clips.filter((clip) => clip.own)],
    ["Rows of tables", rows],
  ];
  return groups
    .filter(([, members]) => members.length)
    .map(([label, members]) =>
      h(
        "optgroup",
        { label },
        ...members.map((clip) =>
          h("option", { value: clip.key }, `${clip.title} · ${lengthOf(clip)}`),
        ),
      ),
    );
}

function checkpointOptions(/** @type {CheckpointCard[]} */ checkpoints) {
  const option = (/** @type {CheckpointCard} */ one) => h("option", { value: one.key }, one.title);
  const own = checkpoints.filter((one) => one.own).map(option);
  return [
    ...checkpoints.filter((one) => !one.own).map(option),
    ...(own.length ? [h("optgroup", { label: "Yours" }, ...own)] : []),
  ];
}

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const clip = h("select", {
    id: "clip-select",
    "aria-label": "Clip",
    title: "Clip",
    onchange: () => studio.command("choose_clip", { clip: clip.value }),
  });
  const checkpoint = h("select", {
    id: "checkpoint-select",
    "aria-label": "Checkpoint",
    title: "Checkpoint",
    onchange: () => studio.command("choose_checkpoint", { checkpoint: checkpoint.value }),
  });
  const file = h("input", {
    type: "file",
    accept: ".npy,.npz,.bvh,.json,.csv",
    class: "visually-hidden",
    id: "upload-file",
    onchange: () => send(file.files?.[0]),
  });
  const busy = h("span", { class: "busy", role: "status", "aria-live": "polite" });
  const device = h("span", { class: "device", title: "Where the model runs" });
  const jointPlace = h("span");
  const verdictPlace = h("span", { class: "verdict-place" });
  const openPlace = h("div", { class: "opener" });
  const share = h("div", { class: "share" });
  const guide = h("div", { class: "guide" });
  const notice = h("div", { class: "notice", role: "alert", hidden: true });
  const noticeText = h("span", { class: "notice-text" });
  const noticeKind = h("strong", { class: "notice-kind" });
  const accept = h("button", { type: "button", class: "accept", hidden: true });
  const still = mountStill();
  notice.append(
    noticeKind,
    still.element,
    noticeText,
    accept,
    h(
      "button",
      {
        type: "button",
        class: "dismiss",
        "aria-label": "Dismiss",
        onclick: () => {
          notice.hidden = true;
        },
      },
      "×",
    ),
  );

  place.append(
    h("div", { class: "title" }, mark(), h("h1", {}, "RVQ Motion Studio")),
    h(
      "div",
      { class: "choices" },
      h("label", { class: "choice" }, h("span", {}, "Clip"), clip),
      h(
        "label",
        {
          class: "button",
          for: "upload-file",
          title:
            "Joints (T, 22, 3) in metres, y up, 20 fps, KIT-ML's (T, 21, 3), SMPL-H's (T, 52, 3), or HumanML3D features (T, 263), as .npy or as .csv with a row a frame; other joints as a body if their shape tells one; BVH; a table of tokens, .csv, .json or .npz; or a saved state, .json",
        },
        file,
        "Upload a clip",
      ),
      jointPlace,
      h("label", { class: "choice" }, h("span", {}, "Checkpoint"), checkpoint),
      verdictPlace,
      openPlace,
      share,
    ),
    guide,
    viewSwitch(studio),
    h("div", { class: "where" }, busy, device),
    notice,
  );

  jointPlace.append(mountJoints(place, studio));
  mountVerdict(verdictPlace, studio);
  mountShare(share, studio);
  mountGuide(guide, studio);
  const opener = mountOpener(openPlace, studio, { tell, busy });

  /**
   * Show a sentence, and a button where the visitor is asked something.
   *
   * @param {string} text
   * @param {Notice["kind"]} kind
   * @param {Offered | null} offer
   */
  function tell(text, kind = "refused", offer = null) {
    notice.dataset.kind = kind;
    setText(noticeKind, KINDS[kind]);
    setText(noticeText, text);
    notice.hidden = !text;
    accept.hidden = !offer;
    still.show(offer?.figure);
    if (!offer) return;
    setText(accept, offer.label);
    accept.onclick = () => {
      const { name, ...values } = offer.command;
      tell("");
      studio.command(name, values);
    };
  }

  function take(/** @type {File[]} */ files) {
    if (opener.areFiles(files)) opener.send(files);
    else send(files[0]);
  }

  async function send(/** @type {File | undefined} */ chosen) {
    file.value = "";
    if (!chosen) return;
    if (chosen.size > MOST_BYTES) {
      tell(
        `${chosen.name} has ${(chosen.size / 2 ** 20).toFixed(0)} MB; files of up to 64 MB are read. Cut it and try again.`,
      );
      return;
    }
    setText(busy, `Reading ${chosen.name}`);
    try {
      const { path } = await studio.uploadFile(chosen);
      studio.command("open_file", { path, file_name: chosen.name });
    } catch {
      setText(busy, "");
      tell(`${chosen.name} did not reach the server; check the connection and choose it again.`);
    }
  }

  const page = /** @type {HTMLElement} */ (place.closest("#studio"));
  page.addEventListener("dragover", (event) => event.preventDefault());
  page.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });

  studio.on("library", (library) => {
    clip.replaceChildren(...clipOptions(library));
    checkpoint.replaceChildren(...checkpointOptions(library.checkpoints));
    showChosen();
    setText(device, library.device);
  });
  function showChosen() {
    if (!studio.views.session) return;
    clip.value = studio.views.session.clip;
    checkpoint.value = studio.views.session.checkpoint;
  }
  studio.on("session", showChosen);
  studio.on("notice", ({ text, kind }) => {
    const { notification } = studio.views;
    tell(
      text,
      kind,
      text && notification?.kind === "offer" && notification.words === text ? notification : null,
    );
    // A refused choice leaves the work as it was; so do the selects.
    if (text) showChosen();
  });
  let timer = 0;
  studio.on("busy", (/** @type {boolean} */ on) => {
    clearTimeout(timer);
    if (on) timer = setTimeout(() => setText(busy, "Computing"), 400);
    else setText(busy, "");
  });
}

/** The mark: a motion curve approximated in ever finer steps. */
function mark() {
  const span = h("span", { class: "mark", "aria-hidden": "true" });
  span.innerHTML =
    '<svg viewBox="0 0 32 32"><path class="coarse" d="M3 22h7v-9h7v-6h6v9h6"/><path class="fine" d="M3 24c6 0 6-17 13-17s7 11 13 11"/></svg>';
  return span;
}
