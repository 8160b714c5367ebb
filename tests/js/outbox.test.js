import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox } from "../../app/widgets/shared/outbox.js";

const KINDS = { replaceable: ["set_layers"], silent: ["look"] };

/** An outbox whose requests are only noted. */
function outbox() {
  const requests = [];
  const busy = [];
  const box = new Outbox(
    (request) => requests.push(request),
    (isBusy) => busy.push(isBusy),
  );
  box.learn(KINDS);
  return { box, requests, busy };
}

test("one request is on its way at a time; what comes meanwhile travels together", () => {
  const { box, requests } = outbox();
  for (const name of ["drop", "restore", "undo"]) box.push({ name });
  assert.deepEqual(requests, [{ number: 1, commands: [{ name: "drop" }] }]);
  box.acknowledge(1);
  assert.deepEqual(requests[1], { number: 2, commands: [{ name: "restore" }, { name: "undo" }] });
});

test("of replaceable commands that wait the last one is sent, and none across another command", () => {
  const { box, requests } = outbox();
  box.push({ name: "drop" });
  box.push({ name: "set_layers", layers: [1] });
  box.push({ name: "set_layers", layers: [2] });
  box.push({ name: "undo" });
  box.push({ name: "set_layers", layers: [3] });
  box.acknowledge(1);
  assert.deepEqual(
    requests[1].commands.map(({ name, layers }) => [name, layers]),
    [
      ["set_layers", [2]],
      ["undo", undefined],
      ["set_layers", [3]],
    ],
  );
});

test("a command on its way is not replaced", () => {
  const { box, requests } = outbox();
  box.push({ name: "set_layers", layers: [1] });
  box.push({ name: "set_layers", layers: [2] });
  box.acknowledge(1);
  assert.deepEqual(
    requests.map(({ commands }) => commands[0].layers),
    [[1], [2]],
  );
});

test("an answer to another request changes nothing", () => {
  const { box } = outbox();
  box.push({ name: "drop" });
  box.acknowledge(0);
  box.acknowledge(2);
  assert.equal(box.isSettled, false);
  box.acknowledge(1);
  box.acknowledge(1);
  assert.equal(box.isSettled, true);
});

test("silent commands do not show the page as busy, unless others travel with them", () => {
  const { box, busy } = outbox();
  box.push({ name: "look" });
  assert.equal(box.isSilent, true);
  box.push({ name: "look" });
  box.push({ name: "drop" });
  box.acknowledge(1);
  assert.equal(box.isSilent, false);
  box.acknowledge(2);
  assert.deepEqual(busy, [false, true, false]);
});

test("settled waits for everything, also for what came later", async () => {
  const { box } = outbox();
  await box.settled();
  box.push({ name: "drop" });
  box.push({ name: "undo" });
  let done = false;
  const waiting = box.settled().then(() => (done = true));
  box.acknowledge(1);
  await Promise.resolve();
  assert.equal(done, false);
  box.acknowledge(2);
  await waiting;
  assert.equal(done, true);
});

test("asking sends an empty request that is never the first", async () => {
  const { box, requests } = outbox();
  const asked = box.ask();
  await Promise.resolve();
  assert.deepEqual(requests, [{ number: 2, commands: [] }]);
  box.acknowledge(2);
  await asked;
});
