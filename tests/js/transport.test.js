import assert from "node:assert/strict";
import { test } from "node:test";

import { Transport, UNREACHABLE } from "../../app/widgets/shared/transport.js";

const REQUEST = { number: 3, commands: [{ name: "undo" }] };
const answer = (number = 3, session = "s1") => ({ session, number, notice: "", views: {} });
const json = (status, body) => new Response(JSON.stringify(body), { status });

/** A transport to a server that replies as told, one reply a request; a reply that is an error is thrown. */
function transport(...replies) {
  const seen = { bodies: [], waits: [], said: [], received: [] };
  const way = new Transport({
    url: "http://studio/requests",
    receive: (one) => seen.received.push(one),
    resume: () => ({ state: "work" }),
    say: (text) => seen.said.push(text),
    fetch: async (url, { body }) => {
      seen.bodies.push(JSON.parse(body));
      const reply = replies.shift();
      if (reply instanceof Error) throw reply;
      return reply;
    },
    wait: async (milliseconds) => void seen.waits.push(milliseconds),
  });
  return { way, seen };
}

test("a page begins without a session and stays with the one it is given", async () => {
  const { way, seen } = transport(json(200, answer()), json(200, answer(4)));
  await way.send(REQUEST);
  await way.send({ ...REQUEST, number: 4 });
  assert.deepEqual(seen.bodies[0], { ...REQUEST, session: null, resume: null });
  assert.equal(seen.bodies[1].session, "s1");
  assert.deepEqual(
    seen.received.map(({ number }) => number),
    [3, 4],
  );
  assert.deepEqual(seen.said, []);
});

test("an unreachable server is asked again under the same number, ever more slowly, and it is said", async () => {
  const lost = Array.from({ length: 7 }, () => new TypeError("failed to fetch"));
  const { way, seen } = transport(...lost, json(503, {}), json(200, answer()));
  await way.send(REQUEST);
  assert.deepEqual(seen.waits, [250, 500, 1000, 2000, 4000, 4000, 4000, 4000]);
  assert.equal(new Set(seen.bodies.map(({ number }) => number)).size, 1);
  assert.equal(seen.said[0], UNREACHABLE);
  assert.equal(seen.said.at(-1), "", "the sentence is taken back");
  assert.equal(seen.received.length, 1);
});

test("where many pages were opened, the page says so in the server's words and opens later", async () => {
  const { way, seen } = transport(json(429, { notice: "Many pages." }), json(200, answer()));
  await way.send(REQUEST);
  assert.deepEqual(seen.said, ["Many pages.", ""]);
  assert.equal(seen.received.length, 1);
});

test("one lost packet is not worth a sentence", async () => {
  const { way, seen } = transport(new TypeError("failed to fetch"), json(200, answer()));
  await way.send(REQUEST);
  assert.deepEqual(seen.said, []);
});

test("a page that is no JSON is a server that is not there yet", async () => {
  const { way, seen } = transport(new Response("<html>", { status: 200 }), json(200, answer()));
  await way.send(REQUEST);
  assert.equal(seen.received.length, 1);
});

test("while the server works on this very request it is asked calmly", async () => {
  const { way, seen } = transport(
    json(409, { busy: true }),
    json(409, { busy: true }),
    json(200, answer()),
  );
  await way.send(REQUEST);
  assert.deepEqual(seen.waits, [100, 200]);
  assert.deepEqual(seen.said, []);
});

test("a server that has forgotten the session is given the work", async () => {
  const { way, seen } = transport(
    json(200, answer()),
    json(410, {}),
    json(200, answer(4, "s2")),
    json(200, answer(5, "s2")),
  );
  for (const number of [3, 4, 5]) await way.send({ ...REQUEST, number });
  const carried = seen.bodies.map(({ session, number, resume }) => [session, number, resume]);
  assert.deepEqual(carried, [
    [null, 3, null],
    ["s1", 4, null],
    [null, 4, { state: "work" }],
    ["s2", 5, null],
  ]);
});

test("work to begin with goes along with the next request, until that is answered", async () => {
  const { way, seen } = transport(
    json(200, answer()),
    new TypeError("lost"),
    json(200, answer(4, "s2")),
  );
  await way.send(REQUEST);
  way.beginWith({ state: "kept" });
  await way.send({ number: 4, commands: [] });
  assert.deepEqual(
    seen.bodies.slice(1).map(({ session, resume }) => [session, resume.state]),
    [
      [null, "kept"],
      [null, "kept"],
    ],
  );
});

test("what is refused for good is said, and the page goes on", async () => {
  const { way, seen } = transport(json(413, {}));
  await way.send(REQUEST);
  const [{ number, notice, views }] = seen.received;
  assert.deepEqual([number, views], [3, {}]);
  assert.match(notice, /refused this request \(413\)/);
});
