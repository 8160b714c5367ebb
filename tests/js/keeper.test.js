import assert from "node:assert/strict";
import { test } from "node:test";

import { Keeper, MOST_BYTES } from "../../app/widgets/shared/keeper.js";

const work = (words, state = "state") => ({ resume: { state }, look: {}, words });

function memory() {
  const records = new Map();
  return {
    records,
    all: async () => [...records.values()],
    put: async (key, record) => void records.set(key, record),
    remove: async (key) => void records.delete(key),
  };
}

function keeper(storage, tab, page = "http://studio/") {
  const said = [];
  return { said, one: new Keeper({ storage, tab, page, say: (text) => said.push(text) }) };
}

/** Keep works of several tabs, one after another. */
async function keepAll(storage, tabs) {
  for (const [order, tab] of tabs.entries()) {
    const { one } = keeper(storage, tab);
    one.keep(work(tab));
    await one.flush();
    storage.records.get(tab).saved = order;
  }
}

test("a tab comes back to its own work, a new one to the latest", async () => {
  const storage = memory();
  await keepAll(storage, ["a", "b"]);
  assert.equal((await keeper(storage, "a").one.found()).words, "a");
  assert.equal((await keeper(storage, "new").one.found()).words, "b");
  assert.equal(await keeper(storage, "a", "http://studio/other/").one.found(), null);
});

test("only the latest of quick changes is written", async () => {
  const storage = memory();
  const { one } = keeper(storage, "a");
  for (const words of ["1", "2", "3"]) one.keep(work(words));
  await one.flush();
  await one.flush();
  assert.equal(storage.records.get("a").words, "3");
});

test("what was forgotten is not written later", async () => {
  const storage = memory();
  const { one } = keeper(storage, "a");
  one.keep(work("1"));
  await one.forget();
  await one.flush();
  assert.equal(storage.records.size, 0);
});

test("a few tabs are remembered", async () => {
  const storage = memory();
  await keepAll(storage, ["a", "b", "c", "d"]);
  const { one } = keeper(storage, "e");
  one.keep(work("e"));
  await one.flush();
  assert.deepEqual([...storage.records.keys()].sort(), ["b", "c", "d", "e"]);
});

test("work that is too large is not kept, which is said once", async () => {
  const storage = memory();
  const { one, said } = keeper(storage, "a");
  for (let times = 0; times < 2; times++) {
    one.keep(work("large", "x".repeat(MOST_BYTES)));
    await one.flush();
  }
  assert.equal(storage.records.size, 0);
  assert.equal(said.length, 1);
  assert.match(said[0], /save it as a file/);
});

test("found work is discarded unless its tab has gone on", async () => {
  const storage = memory();
  await keepAll(storage, ["a"]);
  const { one } = keeper(storage, "new");
  const found = { ...(await one.found()) };
  storage.records.get("a").saved = 99;
  await one.discard(found);
  assert.equal(storage.records.size, 1);
  await one.discard(await one.found());
  assert.equal(storage.records.size, 0);
});
