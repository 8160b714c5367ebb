// Errors in words: millimetres of joints, or the units of channels.

import { mm } from "./dom.js";

const WAYS = {
  local: "local-aligned",
  root: "root-aligned",
  global: "global",
  raw: "raw feature units",
  standardised: "standard deviations",
};

/** A number of feature units, three figures of it. */
export const plain = (value) =>
  value === 0 ? "0" : Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3);

/** An error as a number, in its unit. */
export const amount = (value, unit) => (unit === "mm" ? mm(value) : plain(value));

/** How errors are measured: "root-aligned", or for channels their unit. */
export const wayOf = (alignment) => WAYS[alignment];

/** Unit and alignment: "mm, root-aligned", "raw feature units". */
export const measured = ({ unit, alignment }) =>
  unit === "mm" ? `mm, ${WAYS[alignment]}` : WAYS[alignment];
