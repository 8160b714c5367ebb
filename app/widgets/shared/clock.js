// The one time cursor of the page. It never leaves the browser.

const LONGEST_STEP = 0.1; // seconds; after a stall the body continues instead of jumping

export class Clock {
  duration = 0;
  time = 0;
  speed = 1;
  loop = true;
  playing = false;
  shortest = 0; // seconds between two pictures; more while something else needs the processor
  /** @type {number | null} */
  #peeked = null;
  /** @type {Set<(clock: Clock) => void>} */
  #listeners = new Set();
  #last = 0;

  /** The moment on screen: the hovered one while the pointer rests on a plot, else the held one. */
  get shown() {
    return this.#peeked ?? this.time;
  }

  onChange(/** @type {(clock: Clock) => void} */ listener) {
    this.#listeners.add(listener);
    listener(this);
  }

  setDuration(/** @type {number} */ seconds) {
    this.duration = seconds;
    this.seek(Math.min(this.time, seconds));
  }

  seek(/** @type {number} */ seconds) {
    this.#peeked = null;
    this.time = this.#clamp(seconds);
    this.#announce();
  }

  /** Show a moment without moving the held one; null returns to it. Playing time is not disturbed. */
  peek(/** @type {number | null} */ seconds) {
    const next = this.playing || seconds === null ? null : this.#clamp(seconds);
    if (next === this.#peeked) return;
    this.#peeked = next;
    this.#announce();
  }

  play() {
    if (this.playing) return;
    this.#peeked = null;
    if (this.time >= this.duration) this.time = 0;
    this.playing = true;
    this.#last = performance.now();
    requestAnimationFrame(this.#tick);
    this.#announce();
  }

  pause() {
    this.playing = false;
    this.#announce();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  setSpeed(/** @type {number} */ speed) {
    this.speed = speed;
    this.#announce();
  }

  setLoop(/** @type {boolean} */ loop) {
    this.loop = loop;
    this.#announce();
  }

  #clamp(/** @type {number} */ seconds) {
    return Math.max(0, Math.min(this.duration, seconds));
  }

  #tick = (/** @type {number} */ now) => {
    if (!this.playing) return;
    if (now - this.#last < 1000 * this.shortest) {
      requestAnimationFrame(this.#tick);
      return;
    }
    // The first frame may carry a time stamp from before play() was called.
    const step = Math.max(0, Math.min(LONGEST_STEP, (now - this.#last) / 1000)) * this.speed;
    this.#last = now;
    let next = this.time + step;
    if (next > this.duration) {
      if (this.loop) next = 0;
      else {
        next = this.duration;
        this.playing = false;
      }
    }
    this.time = next;
    this.#announce();
    if (this.playing) requestAnimationFrame(this.#tick);
  };

  #announce() {
    for (const listener of this.#listeners) listener(this);
  }
}
