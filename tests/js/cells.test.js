import assert from "node:assert/strict";
import { test } from "node:test";

import { typeThatFits } from "../../app/widgets/tokens/cells.js";

/** Letters of a typeface that is so wide, as a share of its size. */
const typeface = (share) => ({
  font: "",
  measureText(text) {
    return { width: text.length * share * parseFloat(this.font) };
  },
});

test("codes are written as large as their cells allow, in whatever typeface there is, or not at all", () => {
  assert.equal(typeThatFits(typeface(0.5), 21, 512), 11);
  assert.equal(typeThatFits(typeface(0.5), 18, 512), 9);
  assert.equal(typeThatFits(typeface(0.64), 18, 512), undefined);
  assert.equal(typeThatFits(typeface(0.64), 18, 64), 9);
  assert.equal(typeThatFits(typeface(0.5), 21, 2048), undefined);
});
