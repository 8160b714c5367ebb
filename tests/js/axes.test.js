import assert from "node:assert/strict";
import { test } from "node:test";

import { scalesOf, ticks } from "../../app/widgets/shared/axes.js";

const texts = (span, most) => ticks(span, most).map(({ text }) => text);

test("an axis has round numbers, at most as many as asked for", () => {
  assert.deepEqual(texts([0, 9.8], 8), ["0", "2", "4", "6", "8"]);
  assert.deepEqual(texts([-0.31, 0.52], 4), ["0.0", "0.5"]);
  assert.deepEqual(texts([0.011, 0.019], 4), ["0.012", "0.014", "0.016", "0.018"]);
  assert.deepEqual(texts([1200, 3400], 3), ["2000", "3000"]);
  for (const [low, high] of [[-3, 7.1], [0.2, 0.21], [-1e4, 1e4], [5, 5.000001]])
    for (const most of [2, 4, 8]) {
      const made = ticks([low, high], most);
      assert.ok(made.length <= most + 1, `${low} to ${high}: ${made.length}`);
      assert.ok(made.every(({ value }) => value >= low - 1e-9 && value <= high + 1e-9));
      made.forEach(({ value, text }) => assert.ok(Math.abs(Number(text.replace("−", "-")) - value) < 1e-6));
    }
});

test("an axis that runs the other way has the same numbers; one without length has none", () => {
  assert.deepEqual(texts([4, -4], 5), texts([-4, 4], 5));
  assert.deepEqual(ticks([2, 2], 5), []);
  assert.equal(texts([-1, 1], 4)[1], "−0.5");
});

test("values become pixels, y upwards", () => {
  const { x, y } = scalesOf({ left: 10, top: 20, width: 100, height: 50 }, [0, 4], [-1, 1]);
  assert.deepEqual([x(0), x(4), y(-1), y(1), y(0)], [10, 110, 70, 20, 45]);
});
