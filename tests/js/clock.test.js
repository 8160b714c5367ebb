import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Clock } from "../../app/widgets/shared/clock.js";

let now = 0;
let frames = [];
globalThis.requestAnimationFrame = (draw) => frames.push(draw);
Object.defineProperty(globalThis, "performance", { value: { now: () => now } });

/** Let the browser draw a frame so much later. */
function frame(milliseconds) {
  now += milliseconds;
  for (const draw of frames.splice(0)) draw(now);
}

function clock(duration = 2) {
  const one = new Clock();
  one.setDuration(duration);
  return one;
}

beforeEach(() => {
  now = 1000;
  frames = [];
});

test("it plays in real time, times its speed", () => {
  const one = clock();
  one.play();
  frame(50);
  frame(50);
  assert.ok(Math.abs(one.time - 0.1) < 1e-9);
  one.setSpeed(0.5);
  frame(100);
  assert.ok(Math.abs(one.time - 0.15) < 1e-9);
});

test("after a stall it continues instead of jumping", () => {
  const one = clock();
  one.play();
  frame(5000);
  assert.ok(Math.abs(one.time - 0.1) < 1e-9);
});

test("at the end it begins again, or stops there", () => {
  const one = clock(0.15);
  one.play();
  frame(100);
  frame(100);
  assert.equal(one.time, 0);
  one.setLoop(false);
  frame(100);
  frame(100);
  assert.deepEqual([one.time, one.playing], [0.15, false]);
  one.play();
  assert.equal(one.time, 0, "playing at the end begins anew");
});

test("a moment that is peeked at is shown and given back, and playing time is not disturbed", () => {
  const one = clock();
  one.seek(1);
  one.peek(1.5);
  assert.deepEqual([one.shown, one.time], [1.5, 1]);
  one.peek(null);
  assert.equal(one.shown, 1);
  one.play();
  one.peek(0.2);
  assert.equal(one.shown, 1);
});

test("it stays within the clip", () => {
  const one = clock();
  one.seek(9);
  assert.equal(one.time, 2);
  one.seek(-1);
  assert.equal(one.time, 0);
  one.seek(2);
  one.setDuration(0.5);
  assert.equal(one.time, 0.5);
});

test("listeners are told at once and of every change, but not of a peek at the same moment", () => {
  const one = clock();
  const heard = [];
  one.onChange(({ shown }) => heard.push(shown));
  one.seek(1);
  one.peek(1.5);
  one.peek(1.5);
  assert.deepEqual(heard, [0, 1, 1.5]);
});
