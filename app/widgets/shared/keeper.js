// The work, kept in the browser: F5, a closed tab and a crashed browser come back to it.
//
// Every tab keeps its latest work under a name of its own, so that two open pages do not overwrite each other. What
// is kept is what the page would send to a server that has forgotten it, and how the page looked.

/**
 * @import { Look } from "../share/look.js"
 *
 * @typedef {object} Work
 * @property {unknown} resume what brings the work back, as `Transport.beginWith` takes it
 * @property {Look} look how the page looked
 * @property {string} words what it is, for the visitor to know it by
 *
 * @typedef {Work & { tab: string, page: string, saved: number }} Kept `saved` in milliseconds since 1970
 *
 * @typedef {object} Storage
 * @property {() => Promise<Kept[]>} all
 * @property {(key: string, record: Kept) => Promise<void>} put
 * @property {(key: string) => Promise<void>} remove
 */

export const MOST_BYTES = 5 * 2 ** 20;
const MOST_KEPT = 4; // tabs whose work is remembered
const REST = 300; // milliseconds without a change before it is written

export class Keeper {
  /** @type {Work | null} waiting to be written */
  #next = null;
  #timer = 0;
  #hasSaidTooLarge = false;

  /**
   * @param {object} options
   * @param {Storage} options.storage
   * @param {string} options.tab this tab's name, the same after a reload
   * @param {string} options.page this studio's address; another on the same server keeps its own work
   * @param {(text: string) => void} options.say
   */
  constructor({ storage, tab, page, say }) {
    this.storage = storage;
    this.tab = tab;
    this.page = page;
    this.say = say;
  }

  /**
   * What there is to continue: this tab's own work before a reload, else the latest of any tab.
   *
   * @returns {Promise<Kept | null>}
   */
  async found() {
    const kept = await this.#all();
    return kept.find(({ tab }) => tab === this.tab) ?? kept[0] ?? null;
  }

  /**
   * Keep this, once changes come to rest.
   *
   * @param {Work} work
   */
  keep(work) {
    this.#next = work;
    clearTimeout(this.#timer);
    this.#timer = Number(setTimeout(() => this.flush(), REST));
  }

  /** Keep what is waiting now: the page may be about to close. */
  async flush() {
    clearTimeout(this.#timer);
    const work = this.#next;
    this.#next = null;
    if (!work) return;
    const size = JSON.stringify(work).length;
    if (size > MOST_BYTES) return this.#sayTooLarge(size);
    this.#hasSaidTooLarge = false;
    await this.storage.put(this.tab, {
      ...work,
      tab: this.tab,
      page: this.page,
      saved: Date.now(),
    });
    for (const old of (await this.#all()).slice(MOST_KEPT)) await this.storage.remove(old.tab);
  }

  /** Forget this tab's work. */
  async forget() {
    clearTimeout(this.#timer);
    this.#next = null;
    await this.storage.remove(this.tab);
  }

  /**
   * Forget work that was found, unless its tab has kept something later since.
   *
   * @param {Kept} found
   */
  async discard({ tab, saved }) {
    const now = (await this.#all()).find((kept) => kept.tab === tab);
    if (now?.saved === saved) await this.storage.remove(tab);
  }

  /** This page's, the latest first. */
  async #all() {
    const kept = await this.storage.all();
    return kept.filter(({ page }) => page === this.page).sort((a, b) => b.saved - a.saved);
  }

  /** @param {number} size */
  #sayTooLarge(size) {
    if (this.#hasSaidTooLarge) return;
    this.#hasSaidTooLarge = true;
    const [here, most] = [size, MOST_BYTES].map((bytes) => (bytes / 2 ** 20).toFixed(0));
    this.say(
      `Your work has ${here} MB, and up to ${most} MB are kept in this browser: save it as a file (Share) before you leave the page.`,
    );
  }
}

/** This tab's name; a reload has the same, another tab another. */
export function tabName() {
  const KEY = "rvq-motion-studio.tab";
  const fresh = Math.random().toString(36).slice(2);
  try {
    const known = sessionStorage.getItem(KEY);
    if (!known) sessionStorage.setItem(KEY, fresh);
    return known ?? fresh;
  } catch {
    return fresh; // a browser that keeps nothing: every load is a tab of its own
  }
}
