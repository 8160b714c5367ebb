// The selected block of the token grid: an anchor, where it began, and a head, which moves.

export class Selection {
  anchor = null;
  head = null;
  #listeners = new Set();

  onChange(listener) {
    this.#listeners.add(listener);
  }

  set(anchor, head = anchor) {
    this.anchor = anchor;
    this.head = head;
    this.#announce();
  }

  extend(head) {
    this.set(this.anchor ?? head, head);
  }

  clear() {
    if (this.anchor) this.set(null, null);
  }

  /** [first layer, last layer, first step, last step], or null. */
  get region() {
    if (!this.anchor) return null;
    const [a, b] = [this.anchor, this.head];
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
    return (
      Boolean(this.anchor) &&
      this.anchor.layer === this.head.layer &&
      this.anchor.step === this.head.step
    );
  }

  #announce() {
    for (const listener of this.#listeners) listener(this);
  }
}
