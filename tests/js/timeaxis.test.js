import assert from "node:assert/strict";
import { test } from "node:test";

import { revealing, scrolled, wholeRange, zoomed } from "../../app/widgets/shared/range.js";
import { PAD_RIGHT, timeScale } from "../../app/widgets/shared/timeaxis.js";

globalThis.getComputedStyle = () => ({ getPropertyValue: () => "100px" });
globalThis.ResizeObserver = class {
  observe() {}
};
const wide = (width) => ({ getBoundingClientRect: () => ({ width, height: 1 }) });

const CLIP = { fps: 20, steps: 100, ratio: 4 }; // 20 seconds
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("seconds and pixels are each other's inverse, between gutter and pad", () => {
  const scale = timeScale(wide(600 + PAD_RIGHT), { from: 2, to: 7 });
  near(scale.x(2), 100);
  near(scale.x(7), 600);
  near(scale.seconds(scale.x(3.3)), 3.3);
});

test("an element without width or a range without length gives finite numbers", () => {
  const scale = timeScale(wide(0), { from: 1, to: 1 });
  assert.ok(Number.isFinite(scale.x(1)) && Number.isFinite(scale.seconds(5)));
});

test("the whole range shows the first and last frame whole", () => {
  const { from, to } = wholeRange(CLIP);
  near(from, -0.025);
  near(to, 19.975);
});

test("zooming keeps the moment where it is on screen", () => {
  const range = { from: 4, to: 12 };
  const closer = zoomed(range, CLIP, 0.5, 6);
  near(closer.to - closer.from, 4);
  near((6 - closer.from) / 4, (6 - 4) / 8);
});

test("zooming ends at the whole clip and at four steps", () => {
  assert.deepEqual(zoomed({ from: 0, to: 10 }, CLIP, 100, 5), wholeRange(CLIP));
  const least = zoomed({ from: 0, to: 10 }, CLIP, 1e-6, 5);
  near(least.to - least.from, 0.8);
});

test("scrolling stays within the clip", () => {
  near(scrolled(CLIP, -5, 3).from, -0.025);
  near(scrolled(CLIP, 50, 3).to, 19.975);
});

test("a moment in sight moves nothing; another is brought in near the left edge", () => {
  const range = { from: 1, to: 3 };
  assert.equal(revealing(range, CLIP, 2), range);
  near(revealing(range, CLIP, 10).from, 9.8);
});
