import assert from "node:assert/strict";
import { test } from "node:test";

import { Selection } from "../../app/widgets/shared/selection.js";

const cell = (layer, step) => ({ layer, step });

test("a block has its corners in order, wherever it was drawn from", () => {
  const selection = new Selection();
  selection.set(cell(4, 9), cell(1, 20));
  assert.deepEqual(selection.region, [1, 4, 9, 20]);
});

test("extending moves the head and keeps the anchor; with nothing selected it begins there", () => {
  const selection = new Selection();
  selection.extend(cell(2, 5));
  assert.equal(selection.isSingle, true);
  selection.extend(cell(0, 7));
  assert.deepEqual(selection.region, [0, 2, 5, 7]);
  assert.deepEqual(selection.ends, { anchor: cell(2, 5), head: cell(0, 7) });
  assert.equal(selection.isSingle, false);
});

test("clearing tells the listeners once", () => {
  const selection = new Selection();
  const heard = [];
  selection.onChange(({ region }) => heard.push(region));
  selection.set(cell(0, 0));
  selection.clear();
  selection.clear();
  assert.deepEqual(heard, [[0, 0, 0, 0], null]);
});
