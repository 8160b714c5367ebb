// Errors in words: millimetres of joints, or the units of channels.

import { mm } from "./dom.js";

/** @import { Alignment } from "./types.js" */

/** @type {Record<Alignment, string>} */
const WAYS = {
  local: "local-aligned",
  root: "root-aligned",
  global: "global",
  raw: "raw feature units",
  standardised: "standard deviations",
};

/** A number of feature units, three figures of it. */
export const plain = (/** @type {number} */ value) =>
  value === 0 ? "0" : Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3);

/** An error as a number, in its unit. */
export const amount = (/** @type {number} */ value, /** @type {string} */ unit) =>
  unit === "mm" ? mm(value) : plain(value);

/** How errors are measured: "root-aligned", or for channels their unit. */
export const wayOf = (/** @type {Alignment} */ alignment) => WAYS[alignment];

/** Unit and alignment: "mm, root-aligned", "raw feature units". */
export const measured = (
  /** @type {{ unit: string, alignment: Alignment }} */ { unit, alignment },
) => (unit === "mm" ? `mm, ${WAYS[alignment]}` : WAYS[alignment]);
