// The edit bar under the token grid: what is selected, what can be done to it, and what was done.

import { h, segmented, setText } from "../shared/dom.js";
import { makeActions } from "./actions.js";
import { radiusWords } from "./radius.js";

const REPAIR = [
  ["false", "keep", "Tokens of the later layers stay as they are"],
  ["true", "repair", "Later layers are quantized again on what the edit leaves of the latent"],
];

export function describeRegion([layer0, layer1, step0, step1]) {
  const layers =
    layer0 === layer1 ? `Layer ${layer0 + 1}` : `Layers ${layer0 + 1} to ${layer1 + 1}`;
  const steps = step0 === step1 ? `step ${step0}` : `steps ${step0} to ${step1}`;
  return `${layers}, ${steps}`;
}

export function mountEdits(place, studio) {
  const actions = makeActions(studio);
  const button = (label, title, act) => h("button", { type: "button", title, onclick: act }, label);

  const what = h("span", { class: "selected-words" });
  const code = h("input", {
    type: "text",
    inputmode: "numeric",
    class: "code-input",
    "aria-label": "Code for the selected tokens",
    placeholder: "code",
    autocomplete: "off",
  });
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
        document.querySelector("#studio .grid").focus();
      },
    },
    code,
    h(
      "button",
      { type: "submit", title: "Put this code into every selected token (Enter)" },
      "Set",
    ),
  );
  const stepping = h(
    "span",
    { class: "button-group", role: "group", "aria-label": "Nearest codes" },
    button("◂", "Back towards the code that stepping began with ( [ )", () => actions.step(-1)),
    button("▸", "On to the next nearest code ( ] )", () => actions.step(1)),
  );
  stepping.children[0].setAttribute("aria-label", "Nearer code");
  stepping.children[1].setAttribute("aria-label", "Next nearest code");
  const restore = button("Restore", "The codes that the clip came with (R)", actions.restore);
  const drop = button("Drop", "No code here: adds nothing to the sum (Delete)", actions.drop);
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
  const needSelection = [code, codeForm.lastChild, restore, drop, copy, random, shuffle, donor];

  const nearest = h("div", { class: "nearest" });
  const treatment = segmented("Later layers after an edit", REPAIR, (value) => {
    studio.setRepair(value === "true");
    treatment.show(value);
  });
  treatment.show("false");
  const both = h("input", {
    type: "checkbox",
    onchange: () => studio.command("show_both", { both: both.checked }),
  });
  const undo = button("Undo", "Take back the last edit (Ctrl+Z)", actions.undo);
  const redo = button("Redo", "Do it again (Ctrl+Y)", actions.redo);
  const reset = button(
    "Reset",
    "The tokens that the clip came with; undo brings the edits back",
    actions.reset,
  );
  const count = h("summary", {}, "No edits");
  const list = h("ol", {});
  const history = h("details", { class: "history" }, count, list);
  const pin = button("Pin as B", "Put the present state aside and compare with it everywhere", () =>
    studio.command(studio.views.compared?.words && !studio.views.edits.both ? "unpin" : "pin"),
  );
  const radius = h("p", { class: "note radius", "aria-live": "polite" });

  place.append(
    h("div", { class: "selected" }, what, nearest),
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
      h("span", { class: "spacer" }),
      undo,
      redo,
      reset,
      history,
      pin,
    ),
    radius,
  );

  function showSelection() {
    const region = studio.selection.region;
    const { tokens, clip } = studio.views;
    for (const control of needSelection) control.disabled = !region;
    paste.disabled = !region || !studio.clipboard;
    paste.title = studio.clipboard
      ? `Paste ${studio.clipboard.codes.length} × ${studio.clipboard.codes[0].length} tokens of ${studio.clipboard.from} (Ctrl+V)`
      : "Nothing is copied yet";
    for (const one of stepping.children) one.disabled = !studio.selection.isSingle;
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

  function showNearest(cell) {
    const single =
      studio.selection.isSingle &&
      cell &&
      cell.layer === studio.selection.anchor.layer &&
      cell.step === studio.selection.anchor.step;
    if (!single) {
      nearest.replaceChildren(
        h(
          "span",
          { class: "note" },
          studio.selection.region
            ? "one token alone shows the codes nearest to it"
            : "click or drag, or use arrow keys with shift",
        ),
      );
      return;
    }
    const own =
      cell.distance === null
        ? `dropped; the residual it would stand for has length ${cell.residual.toFixed(2)}`
        : `code ${cell.code} is ${cell.distance.toFixed(2)} from the residual it stands for`;
    const was = cell.code === cell.original ? "" : `, was ${cell.original}`;
    nearest.replaceChildren(
      h("span", { class: "note" }, `${own}${was}. Next nearest: `),
      ...cell.next.map(({ code: other, distance }) =>
        h(
          "button",
          {
            type: "button",
            class: "near",
            title: `Set code ${other}`,
            onclick: () => actions.setCode(other),
          },
          `${other}`,
          h("small", {}, distance.toFixed(2)),
        ),
      ),
    );
  }

  studio.selection.onChange(() => {
    showSelection();
    showNearest(studio.views.cell);
  });
  studio.on("clipboard", showSelection);
  studio.on("tokens", showSelection);
  studio.on("cell", showNearest);
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
    list.replaceChildren(
      ...payload.edits.map((edit) =>
        h("li", {}, edit.words, edit.repair ? ", later layers repaired" : ""),
      ),
    );
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
  studio.on("blast", (blast) => setText(radius, radiusWords(blast, studio.views.clip)));
  showSelection();
}
