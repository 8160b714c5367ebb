// One request to the server at a time. Commands given meanwhile wait and travel together in the next
// request, so a burst of edits costs few round trips, loses nothing, and ends on the last one.

/**
 * @typedef {{ name: string, [value: string]: unknown }} Command
 * @typedef {{ number: number, commands: Command[] }} Request
 */

export class Outbox {
  sent = 0;
  /** @type {Set<string>} Of these, a later one says everything that an earlier waiting one said. */
  #replaceable = new Set();
  /** @type {Set<string>} These change nothing that a sentence on the page could be about. */
  #silent = new Set();
  /** @type {Command[]} */
  #waiting = [];
  /** @type {Request | null} */
  #request = null;
  /** @type {(() => void)[]} */
  #onSettled = [];

  /**
   * @param {(request: Request) => void} send brings a request to the server, however long that takes
   * @param {(busy: boolean) => void} showBusy
   */
  constructor(send, showBusy) {
    this.send = send;
    this.showBusy = showBusy;
  }

  /**
   * What kinds of commands there are, as the server declares beside each of them.
   *
   * @param {{ replaceable: string[], silent: string[] }} kinds
   */
  learn({ replaceable, silent }) {
    this.#replaceable = new Set(replaceable);
    this.#silent = new Set(silent);
  }

  /** @param {Command} command */
  push(command) {
    const last = this.#waiting.at(-1);
    if (last && last.name === command.name && this.#replaceable.has(command.name))
      this.#waiting.pop();
    this.#waiting.push(command);
    if (!this.#request) this.#post();
  }

  /** A request that orders nothing, once nothing else is on its way: the server answers with what is new. */
  async ask() {
    while (this.#request) await this.settled();
    // Request 1 opens a new page; only later ones can take up work that the server does not know.
    this.sent = Math.max(1, this.sent);
    this.#post();
    return this.settled();
  }

  /** @param {number} number of the request that was answered */
  acknowledge(number) {
    if (!this.#request || number !== this.#request.number) return;
    this.#request = null;
    if (this.#waiting.length) return this.#post();
    this.showBusy(false);
    for (const done of this.#onSettled.splice(0)) done();
  }

  /** Whether the request on its way leaves the work as it is. */
  get isSilent() {
    return (
      this.#request !== null && this.#request.commands.every(({ name }) => this.#silent.has(name))
    );
  }

  get isSettled() {
    return this.#request === null;
  }

  /**
   * A promise that holds when everything asked for has been answered.
   *
   * @returns {Promise<void>}
   */
  settled() {
    if (!this.#request) return Promise.resolve();
    return new Promise((resolve) => this.#onSettled.push(resolve));
  }

  #post() {
    this.sent += 1;
    this.#request = { number: this.sent, commands: this.#waiting.splice(0) };
    this.showBusy(!this.isSilent);
    this.send(this.#request);
  }
}
