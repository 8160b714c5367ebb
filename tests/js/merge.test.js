import assert from "node:assert/strict";
import { test } from "node:test";

import { mergeEdits, mergeMotions } from "../../app/widgets/shared/merge.js";

const FRAMES = 6;
const JOINTS = 3; // nothing but the arrays says how many

const array = (shape, values) => ({ shape, values: Float32Array.from(values) });
const all = (value, frames = FRAMES, joints = JOINTS) =>
  array([frames, joints, 3], Array(frames * joints * 3).fill(value));
const clip = { parts: "joints", frames: FRAMES, joints: all(0) };

/** A page that shows a whole motion, and a patch of some of its frames. */
function page() {
  return {
    clip,
    reconstruction: {
      joints: all(1),
      errors: array([FRAMES, JOINTS], Array(FRAMES * JOINTS).fill(7)),
    },
  };
}
const patch = (more = {}) => ({
  frames: [2, 4],
  joints: all(5, 2),
  tail: null,
  error_frames: [2, 4],
  errors: array([2, JOINTS], Array(2 * JOINTS).fill(9)),
  alignment: "root",
  ...more,
});
const frameOf = ({ shape, values }, frame) => {
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  return [...values.slice(frame * size, (frame + 1) * size)];
};

test("a whole motion is taken as it is", () => {
  const changed = {
    clip,
    reconstruction: {
      ...patch(),
      frames: [0, FRAMES],
      joints: all(2),
      error_frames: [0, FRAMES],
      errors: array([FRAMES, JOINTS], []),
    },
  };
  const { joints, errors } = changed.reconstruction;
  mergeMotions(changed, {});
  assert.equal(changed.reconstruction.joints, joints);
  assert.equal(changed.reconstruction.errors, errors);
});

test("a patch changes its frames alone, and not what was shown", () => {
  const shown = page();
  const changed = { reconstruction: patch() };
  mergeMotions(changed, shown);
  const { joints, errors } = changed.reconstruction;
  assert.deepEqual(
    [1, 2, 3, 4].map((frame) => frameOf(joints, frame)[0]),
    [1, 5, 5, 1],
  );
  assert.deepEqual(
    [1, 2, 3, 4].map((frame) => frameOf(errors, frame)[0]),
    [7, 9, 9, 7],
  );
  assert.equal(shown.reconstruction.joints.values[2 * JOINTS * 3], 1);
});

test("behind a patch the body is turned about its old pelvis and moved", () => {
  const shown = page();
  shown.reconstruction.joints = array(
    [FRAMES, JOINTS, 3],
    Array(FRAMES).fill([1, 1, 1, 2, 5, 1, 1, 9, 3]).flat(),
  );
  const tail = { turn: Math.PI / 2, from: [1, 1], to: [10, 20] };
  const changed = { reconstruction: patch({ tail }) };
  mergeMotions(changed, shown);
  const rounded = frameOf(changed.reconstruction.joints, 4).map((value) => Math.round(value));
  assert.deepEqual(rounded, [10, 1, 20, 10, 5, 19, 12, 9, 20]);
  assert.deepEqual(frameOf(changed.reconstruction.joints, 1), [1, 1, 1, 2, 5, 1, 1, 9, 3]);
});

test("errors behind a patch follow from where the body then stands", () => {
  const tail = { turn: 0, from: [0, 0], to: [3, 4] };
  for (const [alignment, expected] of [
    ["global", 1000 * Math.hypot(4, 1, 5)],
    ["root", 0],
    ["local", 7],
  ]) {
    const changed = { reconstruction: patch({ tail, alignment }) };
    mergeMotions(changed, page());
    for (const error of frameOf(changed.reconstruction.errors, 5))
      assert.ok(Math.abs(error - expected) < 0.01, `${alignment}: ${error}`);
  }
});

test("B patches the reconstruction of the same answer, or the one that is shown", () => {
  for (const reconstruction of [patch(), undefined]) {
    const changed = {
      ...(reconstruction && { reconstruction }),
      compared: { words: "pinned", frames: [0, 1], joints: all(8, 1), tail: null },
    };
    mergeMotions(changed, page());
    const { joints } = changed.compared;
    assert.deepEqual(
      [0, 2].map((frame) => frameOf(joints, frame)[0]),
      [8, reconstruction ? 5 : 1],
    );
  }
});

test("channels are patched by their own width", () => {
  const channels = (value, frames) => array([frames, 4], Array(frames * 4).fill(value));
  const shown = {
    clip: { parts: "channels", frames: FRAMES },
    reconstruction: { channels: channels(1, FRAMES) },
  };
  const changed = {
    reconstruction: { frames: [1, 2], channels: channels(3, 1) },
    compared: { words: "" },
  };
  mergeMotions(changed, shown);
  assert.deepEqual(
    [0, 1, 2].map((frame) => frameOf(changed.reconstruction.channels, frame)[3]),
    [1, 3, 1],
  );
});

test("edits that are new are put behind those that the page has", () => {
  const shown = {
    edits: { kept: 0, edits: ["a", "b", "c"] },
    session: { resume: { kept: 0, edits: [1, 2, 3] } },
  };
  const changed = {
    edits: { kept: 2, edits: ["d"] },
    session: { resume: { kept: 2, edits: [4] } },
  };
  mergeEdits(changed, shown);
  assert.deepEqual(changed.edits, { kept: 0, edits: ["a", "b", "d"] });
  assert.deepEqual(changed.session.resume, { kept: 0, edits: [1, 2, 4] });
  assert.deepEqual(shown.edits.edits, ["a", "b", "c"]);
  mergeEdits({}, shown); // nothing new
});
