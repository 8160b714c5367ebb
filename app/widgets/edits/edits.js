// The edit bar under the token grid: what is selected, what can be done to it, and what was done.

import { h, one, segmented, setText } from "../shared/dom.js";
import { makeActions } from "./actions.js";
import { effectWords } from "./effect.js";
import { nearestCodes } from "./nearest.js";

/**
 * @import { Studio } from "../shared/store.js"
 * @import { Region } from "../shared/types.js"
 */

const REPAIR = [
  ["false", "keep", "After the latest edit, and those to come, tokens of the later layers stay as they are"],
  ["true", "repair", "Later layers are quantized again on what the edit leaves of the latent"],
];

export function describeRegion(/** @type {Region} */ [layer0, layer1, step0, step1]) {
  const layers =
    layer0 === layer1 ? `Layer ${layer0 + 1}` : `Layers ${layer0 + 1} to ${layer1 + 1}`;
  const steps = step0 === step1 ? `step ${step0}` : `steps ${step0} to ${step1}`;
  return `${layers}, ${steps}`;
}

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const actions = makeActions(studio);
  const button = (
    /** @type {string} */ label,
    /** @type {string} */ title,
    /** @type {() => void} */ act,
  ) => h("button", { type: "button", title, onclick: act }, label);

  const what = h("span", { class: "selected-words" });
  const code = h("input", {
    type: "text",
    inputmode: "numeric",
    class: "code-input",
    "aria-label": "Code for the selected tokens",
    placeholder: "code",
    autocomplete: "off",
  });
  const set = h(
    "button",
    { type: "submit", title: "Put this code into every selected token (Enter)" },
    "Set",
  );
  const codeForm = h(
    "form",
    {
      class: "code-form",
      onsubmit: (event) => {
        event.preventDefault();
        const typed = code.value.trim();
        if (!/^-?\d+$/.test(typed))
          studio.say(
            `“${typed}” is not a code; type a whole number from 0 to ${studio.views.checkpoint.num_embeddings - 1}.`,
          );
        else actions.setCode(Number(typed));
        one(document, "#studio .grid").focus();
      },
    },
    code,
    set,
  );
  const nearer = button("◂", "Back towards the code that stepping began with ( [ )", () =>
    actions.step(-1),
  );
  const further = button("▸", "On to the next nearest code ( ] )", () => actions.step(1));
  nearer.setAttribute("aria-label", "Nearer code");
  further.setAttribute("aria-label", "Next nearest code");
  const stepping = h(
    "span",
    { class: "button-group", role: "group", "aria-label": "Nearest codes" },
    nearer,
    further,
  );
  const restore = button("Restore", "The codes that the clip came with (R)", actions.restore);
  const drop = button("Drop", "No code here: adds what off means, nothing or the average code (Delete)", actions.drop);
  const copy = button("Copy", "Copy the block (Ctrl+C)", actions.copy);
  const paste = button("Paste", "Paste at the block's first cell (Ctrl+V)", actions.paste);
  const random = button(
    "Random",
    "Codes drawn as often as the training data use them",
    actions.random,
  );
  const shuffle = button("Shuffle", "The same tokens in another order of time", actions.shuffle);
  const donor = h("select", {
    class: "donor",
    "aria-label": "Take the selected layers from another clip",
    onchange: () => {
      if (donor.value) actions.borrow(donor.value);
      donor.value = "";
    },
  });
  const needSelection = [code, set, restore, drop, copy, random, shuffle, donor];

  const nearest = nearestCodes(studio, actions.setCode);
  const treatment = segmented("Later layers after an edit", REPAIR, (value) => {
    const repair = value === "true";
    studio.setRepair(repair);
    const last = studio.views.edits.edits.at(-1);
    if (last && last.repair !== repair) studio.command("treat_later_layers", { repair });
  });
  treatment.show("false");
  const both = h("input", {
    type: "checkbox",
    onchange: () => studio.command("show_both", { both: both.checked }),
  });
  const undo = button("Undo", "Take back the last edit or switching of layers (Ctrl+Z)", actions.undo);
  const redo = button("Redo", "Do it again (Ctrl+Y)", actions.redo);
  const reset = button(
    "Reset",
    "The tokens that the clip came with; undo brings the edits back",
    actions.reset,
  );
  const count = h("summary", {}, "No edits");
  const list = h("ol", {});
  /** @type {Studio["views"]["edits"]["edits"]} */
  let listed = []; // what stands in the list
  const history = h("details", { class: "history" }, count, list);
  const python = button("Python", "Code that makes these edits with the library, for the clipboard", () =>
    studio.command("copy_python"),
  );
  python.dataset.copyPython = "";
  python.setAttribute("aria-label", "Copy the edits as Python");
  const pin = button("Pin as B", "Put the present state aside and compare with it everywhere", () =>
    studio.command(studio.views.compared?.words && !studio.views.edits.both ? "unpin" : "pin"),
  );
  const effect = h("p", { class: "note edit-effect", "aria-live": "polite" });

  place.append(
    h("div", { class: "selected" }, what, nearest.element),
    h(
      "div",
      { class: "edit-row" },
      codeForm,
      stepping,
      restore,
      drop,
      copy,
      paste,
      random,
      shuffle,
      donor,
    ),
    h(
      "div",
      { class: "edit-row" },
      h("span", { class: "label" }, "Later layers"),
      treatment,
      h("label", { class: "check" }, both, "show both"),
      h("div", { class: "edit-acts" }, undo, redo, reset, history, python, pin),
    ),
    effect,
  );

  function showSelection() {
    const region = studio.selection.region;
    const { tokens, clip } = studio.views;
    for (const control of needSelection) control.disabled = !region;
    paste.disabled = !region || !studio.clipboard;
    paste.title = studio.clipboard
      ? `Paste ${studio.clipboard.codes.length} × ${studio.clipboard.codes[0].length} tokens of ${studio.clipboard.from} (Ctrl+V)`
      : "Nothing is copied yet";
    nearer.disabled = further.disabled = !studio.selection.isSingle;
    if (!region || !tokens || !clip) {
      setText(what, "Select tokens to edit them");
      code.value = "";
      return;
    }
    const [layer0, layer1, step0, step1] = region;
    const at = tokens.codes.values[layer0 * clip.steps + step0];
    const amount = (layer1 - layer0 + 1) * (step1 - step0 + 1);
    const first = at < 0 ? "dropped" : `code ${at}`;
    setText(what, `${describeRegion(region)}, ${amount === 1 ? first : `${amount} tokens`}`);
    if (document.activeElement !== code) code.value = amount === 1 && at >= 0 ? String(at) : "";
  }

  studio.selection.onChange(() => {
    showSelection();
    nearest.show(studio.views.cell);
  });
  studio.on("repair", (repair) => treatment.show(String(repair)));
  studio.on("clipboard", showSelection);
  studio.on("tokens", showSelection);
  studio.on("cell", nearest.show);
  /** Clips that the checkpoint takes have tokens to lend. */
  function showDonors() {
    const { library, clip: here } = studio.views;
    if (!library || !here) return;
    donor.replaceChildren(
      h("option", { value: "", selected: true }, "Layer from"),
      ...library.clips
        .filter((clip) => clip.width === here.width)
        .map((clip) => h("option", { value: clip.key }, clip.title)),
    );
  }
  studio.on("library", showDonors);
  studio.on("clip", showDonors);
  studio.on("edits", (payload) => {
    const amount = payload.edits.length;
    setText(count, amount === 0 ? "No edits" : `${amount} edit${amount > 1 ? "s" : ""}`);
    const differs = payload.edits.findIndex((edit, index) => edit !== listed[index]);
    const from = differs < 0 ? amount : differs;
    while (list.children.length > from) list.lastElementChild?.remove();
    for (const edit of payload.edits.slice(from))
      list.append(h("li", {}, edit.words, edit.repair ? ", later layers repaired" : ""));
    listed = payload.edits;
    const last = payload.edits.at(-1);
    if (last) studio.setRepair(last.repair);
    undo.disabled = !payload.can_undo;
    redo.disabled = !payload.can_redo;
    reset.disabled = amount === 0;
    both.checked = payload.both;
    both.disabled = amount === 0 && !payload.both;
  });
  studio.on("compared", (payload) => {
    const pinned = payload.words && !studio.views.edits?.both;
    setText(pin, pinned ? "Unpin B" : "Pin as B");
    pin.setAttribute("aria-pressed", String(Boolean(pinned)));
  });
  studio.on("edit_effect", (moved) => setText(effect, effectWords(moved, studio.views.clip)));
  showSelection();
}
