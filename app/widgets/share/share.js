// The whole state as a link or a file, and a page that opens from one.

import { h, setText } from "../shared/dom.js";

const PARAMETER = "state";

/** The page's address with a state in it. */
export function linkOf(text) {
  const address = new URL(location.href);
  address.search = "";
  address.hash = "";
  address.searchParams.set(PARAMETER, text);
  return address.href;
}

/** Hand a parcel's file to the browser; its content is text, or base64 where it is not. */
function save({ name, text, base64, type = "application/json" }) {
  const content = base64 ? Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) : text;
  const address = URL.createObjectURL(new Blob([content], { type }));
  const anchor = h("a", { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
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
  const where = () => ({
    joints: studio.joints,
    time: studio.clock.time,
    picture: studio.picture,
  });
  const body = h(
    "div",
    { class: "popover", hidden: true },
    h(
      "p",
      { class: "note" },
      "Checkpoint, clip, layers, edits, B, joints, picture and time, as you see them now.",
    ),
    field,
    h(
      "div",
      { class: "edit-row" },
      h("button", { type: "button", onclick: copyLink }, "Copy link"),
      h(
        "button",
        { type: "button", onclick: () => studio.command("make_file", where()) },
        "Save state file",
      ),
      said,
    ),
  );
  const button = h(
    "button",
    { type: "button", "aria-expanded": "false", onclick: () => show(body.hidden) },
    "Share",
  );
  place.append(button, body);

  function show(open) {
    body.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) {
      field.value = "";
      setText(said, "");
      studio.command("make_link", where());
    }
  }

  async function copyLink() {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      setText(said, "Copied");
    } catch {
      setText(said, "Press Ctrl+C to copy");
    }
  }

  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || body.hidden) return;
    event.stopPropagation();
    show(false);
    button.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!body.hidden && !place.contains(event.target)) show(false);
  });

  studio.on("parcel", (parcel) => {
    if (parcel.kind === "link") field.value = linkOf(parcel.text);
    if (parcel.kind === "file") save(parcel);
    if (parcel.kind === "restored") {
      const known = parcel.joints.filter((name) => studio.views.clip.joint_names.includes(name));
      if (known.length) studio.setJoints(known);
      studio.setPicture(parcel.picture);
      studio.clock.pause();
      studio.clock.seek(parcel.time);
    }
  });
}

/** Ask for the state in the page's address, if it has one. */
export function openFromAddress(studio) {
  const text = new URLSearchParams(location.search).get(PARAMETER);
  if (text) studio.command("open_link", { text });
  return Boolean(text);
}
