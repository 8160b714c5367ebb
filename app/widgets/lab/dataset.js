// Which data set the tokenizer is held against: choose, add a file of clips, analyse, cancel.

import { h, setText } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";
import { whole } from "./parts.js";

/** @import { Studio } from "../shared/store.js" */

const READABLE = ".npz,.npy,.bvh";
const isOpen = (/** @type {string | null} */ state) => state === "waiting" || state === "running";

export function dataBar(/** @type {Studio} */ studio) {
  const choice = h("select", {
    "aria-label": "Data set",
    onchange: () => studio.command("choose_data", { data: choice.value }),
  });
  const file = h("input", {
    type: "file",
    accept: READABLE,
    class: "visually-hidden",
    "aria-label": "Add a file of clips and analyse it",
    onchange: () => send(file.files?.[0]),
  });
  const add = h(
    "label",
    { class: "button", title: "A corpus .npz (names, lengths, positions), .npy or .bvh" },
    file,
    "Add clips",
  );
  const analyse = h(
    "button",
    { type: "button", class: "primary", onclick: () => studio.command("analyse_data") },
    "Analyse",
  );
  const seen = h("span", { class: "note", role: "status" });
  const element = h(
    "div",
    { class: "data-bar" },
    h("label", { class: "label" }, "Data set ", choice),
    analyse,
    add,
    seen,
    jobBar(studio, "data"),
  );

  async function send(/** @type {File | undefined} */ chosen) {
    if (!chosen) return;
    file.value = "";
    try {
      const { path } = await studio.uploadFile(chosen);
      studio.command("add_data", { path, file_name: chosen.name });
    } catch {
      studio.say(
        `${chosen.name} did not reach the server; check the connection and choose it again.`,
      );
    }
  }

  studio.on("dataset", (data) => {
    choice.replaceChildren(
      ...data.choices.map(({ key, title }) =>
        h("option", { value: key, selected: key === data.key }, title),
      ),
    );
    choice.value = data.key;
    analyse.hidden = !data.needs_analysis || data.analysed !== null || isOpen(data.state);
    setText(
      seen,
      data.analysed
        ? `${whole(data.analysed.clips)} clips, ${whole(data.analysed.frames)} frames, ${whole(data.analysed.steps)} tokens a layer`
        : "",
    );
  });
  return element;
}
