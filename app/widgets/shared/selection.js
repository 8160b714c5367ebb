// The selected block of the token grid: an anchor, where it began, and a head, which moves.

/** @import { Cell, Region } from "./types.js" */

export class Selection {
  /** @type {Cell | null} */
  anchor = null;
  /** @type {Cell | null} */
  head = null;
  /** @type {Set<(selection: Selection) => void>} */
  #listeners = new Set();

  onChange(/** @type {(selection: Selection) => void} */ listener) {
    this.#listeners.add(listener);
  }

  set(/** @type {Cell | null} */ anchor, head = anchor) {
    this.anchor = anchor;
    this.head = head;
    this.#announce();
  }

  extend(/** @type {Cell} */ head) {
    this.set(this.anchor ?? head, head);
  }

  clear() {
    if (this.anchor) this.set(null, null);
  }

  /**
   * The block that is selected, if one is.
   *
   * @returns {Region | null}
   */
  get region() {
    const { anchor: a, head: b } = this;
    if (!a || !b) return null;
    return [
      Math.min(a.layer, b.layer),
      Math.max(a.layer, b.layer),
      Math.min(a.step, b.step),
      Math.max(a.step, b.step),
    ];
  }

  get ends() {
    return { anchor: this.anchor, head: this.head };
  }

  get isSingle() {
    const { anchor, head } = this;
    return anchor !== null && anchor.layer === head?.layer && anchor.step === head.step;
  }

  #announce() {
    for (const listener of this.#listeners) listener(this);
  }
}
