// One letter to the server at a time. Commands given meanwhile wait and travel together in the next
// letter, so a burst of edits costs few round trips, loses nothing, and ends on the last one.

const PATIENCE = 30_000; // milliseconds before a letter is sent again

// Of these, a later one says everything that an earlier waiting one said.
const REPLACEABLE = new Set([
  "set_layers",
  "set_alignment",
  "choose_clip",
  "choose_checkpoint",
  "look_up",
  "magnify",
]);

// These change nothing that a sentence on the page could be about.
const QUIET = new Set([
  "inspect_cell",
  "show_panel",
  "make_link",
  "make_file",
  "save_export",
  "save_film",
  "look",
  "read_clips",
  "magnify",
  "analyse_clip",
  "score_subsets",
  "compare_beams",
]);

export class Outbox {
  sent = 0;
  #waiting = [];
  #letter = null;
  #timer = 0;
  #onSettled = [];

  constructor(send, showBusy, complain) {
    this.send = send;
    this.showBusy = showBusy;
    this.complain = complain;
  }

  push(command) {
    const last = this.#waiting.at(-1);
    if (last && last.name === command.name && REPLACEABLE.has(command.name)) this.#waiting.pop();
    this.#waiting.push(command);
    this.#post();
  }

  acknowledge(letter) {
    if (!this.#letter || letter !== this.#letter.letter) return;
    clearTimeout(this.#timer);
    this.#letter = null;
    this.#post();
    if (this.#letter) return;
    this.showBusy(false);
    for (const done of this.#onSettled.splice(0)) done();
  }

  /** Whether the letter on its way leaves the work as it is. */
  get isQuiet() {
    return (
      Boolean(this.#letter) && this.#letter.commands.every((command) => QUIET.has(command.name))
    );
  }

  get isSettled() {
    return this.#letter === null;
  }

  /** A promise that holds when everything asked for has been answered. */
  settled() {
    if (!this.#letter) return Promise.resolve();
    return new Promise((resolve) => this.#onSettled.push(resolve));
  }

  #post() {
    if (this.#letter || !this.#waiting.length) return;
    this.sent += 1;
    this.#letter = { letter: this.sent, commands: this.#waiting.splice(0) };
    this.showBusy(!this.isQuiet);
    this.#deliver();
  }

  #deliver() {
    this.#timer = setTimeout(() => {
      this.complain(
        "The server has not answered for 30 seconds; asking again. Nothing you did is lost.",
      );
      this.#deliver();
    }, PATIENCE);
    this.send(this.#letter);
  }
}
