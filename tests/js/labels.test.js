import assert from "node:assert/strict";
import { test } from "node:test";

import { besidePoints } from "../../app/widgets/lessons/labels.js";

const PICTURE = { size: [400, 280], dot: 12, other: [300, 200] };
const box = ([x, y], name) => [x - 3.5 * name.length, y - 6, x + 3.5 * name.length, y + 6];
const apart = (a, b) => a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];

test("names of crowded points cover neither each other nor a point, and stay in the picture", () => {
  const points = [[84, 130], [90, 124], [68, 139], [79, 139], [92, 157], [397, 7], [7, 270]];
  const names = ["47", "510", "331", "70", "343", "46", "101"];
  const boxes = besidePoints(points, names, PICTURE).map((at, i) => box(at, names[i]));
  boxes.forEach((one, i) => {
    for (const other of boxes.slice(i + 1)) assert.ok(apart(one, other));
    for (const [x, y] of points) assert.ok(apart(one, [x - 6, y - 6, x + 6, y + 6]));
    assert.ok(one[0] >= 0 && one[1] >= 0 && one[2] <= 400 && one[3] <= 280);
  });
});

test("a point that stands alone has its name above it", () => {
  const [[x, y]] = besidePoints([[200, 140]], ["46"], PICTURE);
  assert.equal(x, 200);
  assert.ok(y < 140);
});
