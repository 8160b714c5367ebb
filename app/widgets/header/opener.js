// A visitor's own checkpoint: its files chosen together, or a Hub id; and what to know about the present one.

import { h, setText } from "../shared/dom.js";
import { jobBar, orders } from "../shared/jobs.js";

/** @import { Studio } from "../shared/store.js" */

const WEIGHTS = /\.(safetensors|pth|pt|tar|ckpt)$/i;
const BESIDE = ".safetensors,.pth,.pt,.tar,.ckpt,.bin,.json,.npz,.npy,.txt";
const MOST_BYTES = 512 * 1024 * 1024;
const JOB = "checkpoint";

/**
 * @param {HTMLElement} place
 * @param {Studio} studio
 * @param {{ tell: (text: string) => void, busy: HTMLElement }} header
 */
export function mountOpener(place, studio, { tell, busy }) {
  const fetching = orders(studio, JOB, "open_checkpoint_at", () => show(false));
  const files = h("input", {
    type: "file",
    multiple: true,
    accept: BESIDE,
    class: "visually-hidden",
    id: "checkpoint-files",
    onchange: () => send([...(files.files ?? [])]),
  });
  const where = h("input", { type: "text", class: "link-field", id: "checkpoint-where" });
  const whereLabel = h("label", { class: "label", for: "checkpoint-where" });
  const about = h("div", { class: "about-checkpoint" });
  const own = h("ul", { class: "own-checkpoints" });
  const body = h(
    "div",
    { class: "popover", hidden: true },
    h("h3", {}, "Open a checkpoint of your own"),
    h(
      "p",
      { class: "note" },
      "Choose its files together: this project\u2019s model.safetensors and config.json; a Motion-S .pth with normalization.npz; a MoMask .tar with opt.txt, mean.npy and std.npy; a T2M-GPT .pth with mean.npy and std.npy. It is kept for this page alone; nothing in it is executed.",
    ),
    h("label", { class: "button", for: "checkpoint-files" }, files, "Choose files"),
    h(
      "form",
      { onsubmit: ask },
      whereLabel,
      h("div", { class: "where-row" }, where, h("button", { type: "submit" }, "Open")),
    ),
    jobBar(studio, JOB),
    own,
    about,
  );
  const button = h(
    "button",
    { type: "button", "aria-expanded": "false", onclick: () => show(Boolean(body.hidden)) },
    "Open a checkpoint",
  );
  place.append(button, body);

  function show(/** @type {boolean} */ open) {
    body.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  }

  function ask(/** @type {Event} */ event) {
    event.preventDefault();
    const wanted = where.value.trim();
    if (wanted) fetching.order(wanted, { where: wanted });
  }

  async function send(/** @type {File[]} */ chosen) {
    files.value = "";
    if (!chosen.length) return;
    const size = chosen.reduce((sum, file) => sum + file.size, 0);
    if (size > MOST_BYTES) {
      tell(
        `These files have ${(size / 2 ** 20).toFixed(0)} MB; checkpoints of up to 512 MB are read here.`,
      );
      return;
    }
    setText(busy, "Uploading");
    try {
      const sent = [];
      for (const file of chosen) {
        const { path } = await studio.uploadFile(file);
        sent.push({ path, file_name: file.name });
      }
      studio.command("open_checkpoint", { files: sent });
      show(false);
    } catch {
      tell("The files did not reach the server; check the connection and choose them again.");
    } finally {
      setText(busy, "");
    }
  }

  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || body.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!body.hidden && !event.composedPath().includes(place)) show(false);
  });

  studio.on("session", fetching.forget);
  studio.on("library", (library) => {
    setText(whereLabel, library.paths_allowed ? "Hub id or path" : "Hub id");
    where.placeholder = library.paths_allowed ? "owner/name or /path/to/it" : "owner/name";
    own.replaceChildren(
      ...library.checkpoints
        .filter((one) => one.own)
        .map((one) =>
          h(
            "li",
            {},
            one.title,
            h(
              "button",
              {
                type: "button",
                "aria-label": `Remove ${one.title}`,
                onclick: () => studio.command("forget_checkpoint", { checkpoint: one.key }),
              },
              "Remove",
            ),
          ),
        ),
    );
  });
  studio.on("checkpoint", (checkpoint) => {
    about.hidden = !checkpoint.remarks.length;
    about.replaceChildren(
      h("h3", {}, `To know about ${checkpoint.title}`),
      h("ul", {}, ...checkpoint.remarks.map((remark) => h("li", { class: "note" }, remark))),
    );
  });

  return {
    areFiles: (/** @type {File[]} */ chosen) => chosen.some(({ name }) => WEIGHTS.test(name)),
    send,
  };
}
