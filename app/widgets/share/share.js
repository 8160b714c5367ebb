// Files of what is on the page; the whole state as a link or a file, and a page that opens from one.

import { h, setText } from "../shared/dom.js";
import { lookOf, wear } from "./look.js";
import { menu } from "./menu.js";
import { saveMenu } from "./save.js";

/**
 * @import { FileToSave } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

const PARAMETER = "state";

/** The page's address with a state in it. */
export function linkOf(/** @type {string} */ text) {
  const address = new URL(location.href);
  address.search = "";
  address.hash = "";
  address.searchParams.set(PARAMETER, text);
  return address.href;
}

/**
 * Hand a notification's file to the browser; its content is text, base64, or at an address of this server.
 *
 * @param {FileToSave} file
 */
function save({ name, text, base64, address, type = "application/json" }) {
  const content = base64
    ? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
    : (text ?? "");
  const href = address
    ? new URL(address, document.baseURI).href
    : URL.createObjectURL(new Blob([content], { type }));
  h("a", { href, download: name }).click();
  if (!address) setTimeout(() => URL.revokeObjectURL(href), 1000);
}

export function mountShare(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const field = h("input", {
    type: "text",
    readonly: true,
    class: "link-field",
    "aria-label": "Link to this state",
    onfocus: () => field.select(),
  });
  const said = h("span", { class: "note", role: "status" });
  const notes = h("textarea", {
    class: "workspace-notes",
    rows: "3",
    placeholder: "Notes, kept in the workspace file",
    "aria-label": "Notes",
    onchange: () => studio.setNotes(notes.value),
  });
  const share = menu(
    "Share",
    [
      h(
        "p",
        { class: "note" },
        "Checkpoint, clip, layers, edits, B, joints, picture, laboratory tab and time, as you see them now.",
      ),
      field,
      h(
        "div",
        { class: "edit-row" },
        h("button", { type: "button", onclick: copyLink }, "Copy link"),
        h(
          "button",
          {
            type: "button",
            "data-copy-python": "",
            title: "Code that does the same with the library",
            onclick: () => studio.command("copy_python"),
          },
          "Copy as Python",
        ),
        h(
          "button",
          { type: "button", onclick: () => studio.command("make_file", lookOf(studio)) },
          "Save state file",
        ),
        said,
      ),
      h(
        "p",
        { class: "note" },
        "A workspace file also holds your own clips, open tables, the work on every clip, and notes.",
      ),
      notes,
      h("div", { class: "edit-row" }, h("button", { type: "button", onclick: saveWorkspace }, "Save workspace")),
    ],
    () => {
      field.value = "";
      setText(said, "");
      studio.command("make_link", lookOf(studio));
    },
  );
  place.append(menu("Save", saveMenu(studio)), share);

  async function copyLink() {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      setText(said, "Copied");
    } catch {
      setText(said, "Press Ctrl+C to copy");
    }
  }

  /** Put code into the clipboard; where the browser forbids that it is saved as a file. */
  async function handOver(/** @type {string} */ code) {
    try {
      await navigator.clipboard.writeText(code);
      studio.say("The code is in the clipboard.", "done");
    } catch {
      save({ number: 0, kind: "file", name: "studio.py", text: code, type: "text/x-python" });
    }
  }

  function saveWorkspace() {
    studio.command("make_workspace", { ...lookOf(studio), notes: notes.value });
  }

  studio.on("notes", (text) => {
    notes.value = text;
  });
  studio.on("notification", (notification) => {
    if (notification.kind === "link") field.value = linkOf(notification.text);
    if (notification.kind === "file") save(notification);
    if (notification.kind === "code") handOver(notification.text);
    if (notification.kind === "restored") wear(studio, notification);
  });
}

/** Ask for the state in the page's address, if it has one. */
export function openFromAddress(/** @type {Studio} */ studio) {
  const text = new URLSearchParams(location.search).get(PARAMETER);
  if (text) studio.command("open_link", { text });
}
