// The field's symbols: r⁰ the latent, bᵛ the code of layer v (0 for the first), rᵛ⁺¹ what it leaves.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const LOWERED = "₀₁₂₃₄₅₆₇₈₉";
const digits = (number, set) => [...String(number)].map((digit) => set[digit]).join("");

export const residual = (v) => `r${digits(v, RAISED)}`;
export const code = (v) => `b${digits(v, RAISED)}`;
export const quantizer = (v) => `Q${digits(v, LOWERED)}`;
export const squared = (v) => `‖${residual(v)}‖²`;
