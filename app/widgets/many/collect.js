// Files from a folder, from a choice or from one archive, sent one after the other.

import { h } from "../shared/dom.js";

/** @import { Studio } from "../shared/store.js" */

const READABLE = /\.(npy|npz|bvh|zip)$/i;
const MOST_FILES = 5000;
const MOST_BYTES = 512 * 1024 * 1024; // of a file

/**
 * Two buttons. What they choose is uploaded, and handed on once all of it is there.
 *
 * @param {Studio} studio
 * @param {object} options
 * @param {(words: string) => void} options.tell
 * @param {(files: { path: string, file_name: string }[]) => void} options.done
 */
export function collect(studio, { tell, done }) {
  let isSending = false;

  async function send(/** @type {HTMLInputElement} */ input) {
    const all = [...(input.files ?? [])];
    const chosen = all.filter(({ name }) => READABLE.test(name));
    input.value = "";
    if (!all.length || isSending) return;
    const large = chosen.find(({ size }) => size > MOST_BYTES);
    if (!chosen.length) return studio.say("None of these files is a .npy, .npz, .bvh or .zip.");
    if (large) return studio.say(`${large.name} has more than 512 MB; split it and try again.`);
    if (chosen.length > MOST_FILES)
      return studio.say(`${chosen.length} files; up to ${MOST_FILES} are sent one by one: zip them.`);
    isSending = true;
    try {
      const sent = [];
      for (const file of chosen) {
        tell(`Sending ${sent.length + 1} of ${chosen.length}`);
        const { path } = await studio.uploadFile(file);
        sent.push({ path, file_name: file.webkitRelativePath || file.name });
      }
      done(sent);
    } catch {
      studio.say("The files did not all reach the server; check the connection and choose again.");
    } finally {
      tell("");
      isSending = false;
    }
  }

  const button = (/** @type {string} */ id, /** @type {string} */ words, folder = false) => {
    const input = h("input", {
      type: "file",
      multiple: true,
      class: "visually-hidden",
      id,
      onchange: () => send(input),
    });
    if (folder) input.setAttribute("webkitdirectory", "");
    else input.accept = ".npy,.npz,.bvh,.zip";
    return h("label", { class: "button", for: id }, input, words);
  };
  return [
    button("many-files", "Files or a .zip"),
    button("many-folder", "A folder", true),
  ];
}
