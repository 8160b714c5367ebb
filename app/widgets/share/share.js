// Files of what is on the page; the whole state as a link or a file, and a page that opens from one.

import { h, setText } from "../shared/dom.js";
import { partNames } from "../shared/parts.js";
import { menu } from "./menu.js";
import { saveMenu } from "./save.js";

const PARAMETER = "state";

/** The page's address with a state in it. */
export function linkOf(text) {
  const address = new URL(location.href);
  address.search = "";
  address.hash = "";
  address.searchParams.set(PARAMETER, text);
  return address.href;
}

/** Hand a parcel's file to the browser; its content is text, base64, or at an address of this server. */
function save({ name, text, base64, address, type = "application/json" }) {
  const content = base64 ? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) : text;
  const href = address
    ? new URL(address, document.baseURI).href
    : URL.createObjectURL(new Blob([content], { type }));
  h("a", { href, download: name }).click();
  if (!address) setTimeout(() => URL.revokeObjectURL(href), 1000);
}

/** What a link or file says of the page's own look. */
export function lookOf(studio) {
  const { joints, clock, picture, tab } = studio;
  return { joints, time: clock.time, picture, tab };
}

export function mountShare(place, studio) {
  const field = h("input", {
    type: "text",
    readonly: true,
    class: "link-field",
    "aria-label": "Link to this state",
    onfocus: () => field.select(),
  });
  const said = h("span", { class: "note", role: "status" });
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
          { type: "button", onclick: () => studio.command("make_file", lookOf(studio)) },
          "Save state file",
        ),
        said,
      ),
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

  studio.on("parcel", (parcel) => {
    if (parcel.kind === "link") field.value = linkOf(parcel.text);
    if (parcel.kind === "file") save(parcel);
    if (parcel.kind === "restored") {
      const names = new Set(partNames(studio.views.clip));
      const known = parcel.joints.filter((name) => names.has(name));
      if (known.length) studio.setJoints(known);
      studio.setPicture(parcel.picture);
      if (parcel.tab) studio.showTab(parcel.tab);
      studio.clock.pause();
      studio.clock.seek(parcel.time);
    }
  });
}

/** Ask for the state in the page's address, if it has one. */
export function openFromAddress(studio) {
  const text = new URLSearchParams(location.search).get(PARAMETER);
  if (text) studio.command("open_link", { text });
}
