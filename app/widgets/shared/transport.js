// The way to the server: a request is sent until it is answered, and the server applies it once.
//
// POST {session, number, commands, resume} → {session, number, notice, views}. A page begins without a session
// and is given one with its first answer. A request that comes again under its number is answered again but
// not applied again, so whatever is lost on the way may be sent anew.

/**
 * @import { Request } from "./outbox.js"
 * @typedef {{ session: string, number: number, notice: string, views: Record<string, any> }} Answer
 * @typedef {{ kind: "answer", answer: Answer } | { kind: "busy" | "unknown" | "lost" | "slow" }
 *   | { kind: "refused", status: number } | { kind: "later", words: string }} Reply what came of sending a request once
 */

/** @typedef {(url: string, options: RequestInit) => Promise<Response>} Fetch */

const PATIENCE = 30_000; // milliseconds before a request is sent again
const BUSY_PAUSE = 100; // while the server still works on this very request; doubled every time
const FIRST_PAUSE = 250; // doubled with every failure
const LONGEST_PAUSE = 4_000;
const FAILURES_UNSAID = 1; // one lost packet is not worth a sentence

// Sent again, these would be refused again. Everything else may be a server that is just starting.
const FINAL = new Set([400, 403, 413, 422]);
const LATER = 429; // many pages were opened here within a minute

export const UNREACHABLE = "The server cannot be reached; trying again. Nothing you did is lost.";
const SLOW = "The server has not answered for 30 seconds; asking again. Nothing you did is lost.";
/** @param {number} status */
const refused = (status) =>
  `The server refused this request (${status}); what you see is the last state that worked.`;

export class Transport {
  /** @type {string | null} */
  #session = null;
  /** @type {unknown} the work that a new session begins with; null for the server's opening */
  #beginning = null;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {(answer: Answer) => void} options.receive called once for every request
   * @param {() => unknown} options.resume the present work, for a server that has forgotten it
   * @param {(text: string) => void} options.say a sentence for the visitor; "" takes it back
   * @param {Fetch} [options.fetch]
   * @param {(milliseconds: number) => Promise<void>} [options.wait]
   */
  constructor({
    url,
    receive,
    resume,
    say,
    fetch = (where, options) => globalThis.fetch(where, options),
    wait = pause,
  }) {
    this.url = url;
    this.receive = receive;
    this.resume = resume;
    this.say = say;
    this.fetch = fetch;
    this.wait = wait;
  }

  /**
   * Leave this session; the next request begins a new one with this work.
   *
   * @param {unknown} work as `resume` gives it
   */
  beginWith(work) {
    this.#session = null;
    this.#beginning = work;
  }

  /**
   * Deliver a request, however long it takes.
   *
   * @param {Request} request
   */
  async send(request) {
    let failures = 0;
    let asked = 0; // while the server worked on it
    let hasComplained = false;
    const complain = (/** @type {string} */ text) => {
      hasComplained = true;
      this.say(text);
    };
    for (;;) {
      const reply = await this.#post({
        ...request,
        session: this.#session,
        resume: this.#beginning,
      });
      if (reply.kind === "answer") {
        this.#session = reply.answer.session;
        this.#beginning = null;
        if (hasComplained) this.say("");
        return this.receive(reply.answer);
      }
      if (reply.kind === "refused")
        return this.receive({
          session: this.#session ?? "",
          number: request.number,
          notice: refused(reply.status),
          views: {},
        });
      if (reply.kind === "busy") await this.wait(Math.min(LONGEST_PAUSE, BUSY_PAUSE * 2 ** asked++));
      else if (reply.kind === "unknown" && this.#beginning === null) this.beginWith(this.resume());
      else if (reply.kind === "slow") complain(SLOW);
      else {
        if (reply.kind === "later") complain(reply.words);
        else if (failures >= FAILURES_UNSAID) complain(UNREACHABLE);
        await this.wait(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures));
        failures += 1;
      }
    }
  }

  /**
   * @param {object} body
   * @returns {Promise<Reply>}
   */
  async #post(body) {
    const late = AbortSignal.timeout(PATIENCE);
    try {
      const response = await this.fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
        signal: late,
      });
      if (response.ok) return { kind: "answer", answer: await response.json() };
      if (response.status === 409) return { kind: "busy" };
      if (response.status === 410) return { kind: "unknown" };
      if (FINAL.has(response.status)) return { kind: "refused", status: response.status };
      if (response.status === LATER) return { kind: "later", words: (await response.json()).notice };
      return { kind: "lost" };
    } catch {
      return { kind: late.aborted ? "slow" : "lost" };
    }
  }
}

/**
 * Wait, but no longer than until the browser says that the network is back.
 *
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}
