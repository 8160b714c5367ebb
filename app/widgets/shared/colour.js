// Colours that are computed: codes, errors, joints. Everything else is a CSS variable in theme.css.

/**
 * @typedef {number[]} Rgb red, green and blue, 0 to 255
 * @typedef {(share: number) => Rgb} Ramp
 * @typedef {ReturnType<typeof themeColours>} Theme
 */

const parse = (/** @type {string} */ hex) =>
  [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** @type {(a: Rgb, b: Rgb, t: number) => Rgb} */
export const mix = (a, b, t) => a.map((value, i) => value + (b[i] - value) * t);
/** @type {(colour: Rgb, alpha?: number) => string} */
export const css = ([r, g, b], alpha = 1) => `rgba(${r | 0},${g | 0},${b | 0},${alpha})`;

/**
 * @param {string[]} hexes
 * @returns {Ramp}
 */
function ramp(hexes) {
  const stops = hexes.map(parse);
  return (t) => {
    const x = Math.max(0, Math.min(1, t)) * (stops.length - 1);
    const i = Math.min(stops.length - 2, Math.floor(x));
    return mix(stops[i], stops[i + 1], x - i);
  };
}

// Dark blue to yellow with steadily rising lightness: readable with every colour vision.
export const codeColour = ramp([
  "#14284f",
  "#334a73",
  "#5c6678",
  "#82827c",
  "#aaa075",
  "#d2c163",
  "#f4e55b",
]);
const errorRamp = ramp(["#3f8f93", "#93a86a", "#e2a63a", "#dc7431", "#c23b36"]);

export const ERROR_TOP_MM = 100;
export const errorColour = (/** @type {number} */ mm) => errorRamp(mm / ERROR_TOP_MM);
export const errorGradient = () =>
  `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1].map((t) => css(errorRamp(t))).join(", ")})`;

/** Black or white ink, whichever stands out more on the colour. */
export function inkOn(/** @type {Rgb} */ [r, g, b]) {
  const linear = [r, g, b].map((v) =>
    v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
  );
  const luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

/** The theme's colours as canvas code needs them. */
function themeColours() {
  const style = getComputedStyle(/** @type {Element} */ (document.querySelector("#studio")));
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const rgb = (/** @type {string} */ name) => parse(read(name));
  return {
    ink: read("--ink"),
    soft: read("--ink-soft"),
    line: read("--line"),
    panel: read("--panel"),
    accent: read("--accent"),
    edited: read("--edited"),
    floor: read("--floor"),
    ghost: read("--ghost"),
    other: read("--other"),
    joints: [1, 2, 3, 4].map((i) => read(`--joint-${i}`)),
    hotRgb: rgb("--hot"),
    panelRgb: rgb("--panel"),
    floorRgb: rgb("--floor"),
    ghostRgb: rgb("--ghost"),
    otherRgb: rgb("--other"),
    accentRgb: rgb("--accent"),
    shadowRgb: [0, 0, 0],
  };
}

export const hexRgb = parse;

/**
 * The theme's colours; they change in place with light and dark, and `changed` is called then.
 *
 * @param {() => void} changed
 * @returns {Theme}
 */
export function liveTheme(changed) {
  const theme = themeColours();
  const follow = () => {
    Object.assign(theme, themeColours());
    changed();
  };
  const attributes = { attributes: true, attributeFilter: ["class"] };
  new MutationObserver(follow).observe(document.body, attributes);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", follow);
  return theme;
}
