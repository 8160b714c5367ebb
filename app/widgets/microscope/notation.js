// The field's symbols: r⁰ the latent, bᵛ the code of layer v (0 for the first), rᵛ⁺¹ what it leaves.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const digits = (/** @type {number} */ number, /** @type {string} */ set) =>
  [...String(number)].map((digit) => set[Number(digit)]).join("");

export const residual = (/** @type {number} */ v) => `r${digits(v, RAISED)}`;
export const code = (/** @type {number} */ v) => `b${digits(v, RAISED)}`;
export const quantizer = (/** @type {number} */ v) => `Q${digits(v, LOWERED)}`;
export const squared = (/** @type {number} */ v) => `‖${residual(v)}‖²`;
