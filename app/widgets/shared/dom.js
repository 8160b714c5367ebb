// Small helpers for building and measuring page elements.

/**
 * @typedef {{ [Name in keyof HTMLElementEventMap as `on${Name}`]?: (event: HTMLElementEventMap[Name]) => void }} Handlers
 * @typedef {Handlers & Record<string, unknown>} Attributes
 * @typedef {Node | string | null | undefined} Child
 */

/** Whether the visitor wants nothing to move by itself. */
export const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
/** Whether fingers are the first way to point here. */
export const BY_TOUCH = globalThis.matchMedia?.("(pointer: coarse)") ?? { matches: false };

/**
 * Make an element: h("button", {class: "chip", onclick: f}, "text", child).
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on"))
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
  for (const child of children) if (child !== null && child !== undefined) element.append(child);
  return element;
}

/**
 * Write text only where it differs, so that unchanged numbers do not touch the page.
 *
 * @param {Node} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent === text) return;
  const [only, more] = element.childNodes;
  // A new node would have the browser look up all that stands around it.
  if (only instanceof Text && !more && text) only.data = text;
  else element.textContent = text;
}

/**
 * A row of buttons of which one is chosen.
 *
 * @param {string} name
 * @param {string[][]} options each [value, label, title]
 * @param {(value: string) => void} choose
 */
export function segmented(name, options, choose) {
  const buttons = options.map(([value, label, title]) =>
    h(
      "button",
      {
        type: "button",
        class: "segment",
        "data-value": String(value),
        "aria-pressed": "false",
        title,
        onclick: () => choose(value),
      },
      label,
    ),
  );
  const element = h("div", { class: "segmented", role: "group", "aria-label": name }, ...buttons);
  const show = (/** @type {string | number | boolean} */ chosen) =>
    buttons.forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.value === String(chosen))),
    );
  return Object.assign(element, { show });
}

/** @typedef {{ width: number, height: number, gutter: number }} Measures in pixels */

/** @type {WeakMap<Element, Measures>} */
const measures = new WeakMap();
/** @type {ResizeObserver | undefined} */
let resizes;

/**
 * How large an element is, and what it leaves free on the left for labels. Measured once a size: to measure is to
 * lay out the page, which widgets that write and measure in turn would have done many times a frame.
 *
 * @returns {Measures}
 */
export function measure(/** @type {Element} */ element) {
  const known = measures.get(element);
  if (known) return known;
  const { width, height } = element.getBoundingClientRect();
  const gutter = parseFloat(getComputedStyle(element).getPropertyValue("--gutter")) || 112;
  const made = { width, height, gutter };
  if (!width || !height) return made; // hidden, and nobody says when it is shown
  resizes ??= new ResizeObserver((entries) => {
    for (const { target, borderBoxSize } of entries) {
      const [{ inlineSize, blockSize }] = borderBoxSize;
      const known = measures.get(target);
      // It is also told of when it begins to be observed, in the size that was measured just then.
      if (Math.abs((known?.width ?? 0) - inlineSize) + Math.abs((known?.height ?? 0) - blockSize) > 0.1)
        measures.delete(target);
    }
  });
  resizes.observe(element);
  measures.set(element, made);
  return made;
}

/** Size a canvas to its box in device pixels; returns the context in CSS pixels. */
export function fitCanvas(/** @type {HTMLCanvasElement} */ canvas) {
  const { width, height } = measure(canvas);
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const wide = Math.max(1, Math.round(width * ratio));
  const high = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== wide || canvas.height !== high)
    Object.assign(canvas, { width: wide, height: high });
  const context = context2d(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height };
}

/** What draws on a canvas. */
export const context2d = (/** @type {HTMLCanvasElement} */ canvas) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

/** Call draw at most once a frame, however often it is asked for. */
export function oncePerFrame(/** @type {() => void} */ draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}

/**
 * Draw when asked while the element is on screen, else as soon as it comes there.
 *
 * @param {Element} element
 * @param {() => void} draw
 */
export function whileSeen(element, draw) {
  let seen = false;
  let asked = false;
  new IntersectionObserver((entries) => {
    seen = Boolean(entries.at(-1)?.isIntersecting);
    if (!seen || !asked) return;
    asked = false;
    draw();
  }).observe(element);
  return () => {
    if (seen) draw();
    else asked = true;
  };
}

/** @type {(element: Element, listener: () => void) => void} */
export const onResize = (element, listener) =>
  new ResizeObserver(() => {
    measures.delete(element);
    listener();
  }).observe(element);

/** The one element that a selector names; the page is made with it. */
export function one(/** @type {ParentNode} */ within, /** @type {string} */ selector) {
  return /** @type {HTMLElement} */ (within.querySelector(selector));
}

/** All elements that a selector names. */
export function each(/** @type {ParentNode} */ within, /** @type {string} */ selector) {
  return /** @type {HTMLElement[]} */ ([...within.querySelectorAll(selector)]);
}

const spaced = (/** @type {string} */ text) => text.replaceAll("_", " ");
export const jointLabel = (/** @type {string} */ name) =>
  spaced(name)
    .replace("spine1", "spine 1")
    .replace("spine2", "spine 2")
    .replace("spine3", "spine 3");
export const mm = (/** @type {number} */ value) =>
  value >= 100 ? value.toFixed(0) : value.toFixed(1);
