// Small helpers for building and measuring page elements.

/** Make an element: h("button", {class: "chip", onclick: f}, "text", child). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Write text only where it differs, so that unchanged numbers do not touch the page. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A row of buttons of which one is chosen. options: [[value, label, title]]. */
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
  element.show = (value) =>
    buttons.forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.value === String(value))),
    );
  return element;
}

/** Size a canvas to its box in device pixels; returns the context in CSS pixels. */
export function fitCanvas(canvas) {
  const { width, height } = canvas.getBoundingClientRect();
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const wide = Math.max(1, Math.round(width * ratio));
  const high = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== wide || canvas.height !== high)
    Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height };
}

/** Call draw at most once a frame, however often it is asked for. */
export function oncePerFrame(draw) {
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

/** Draw when asked while the element is on screen, else as soon as it comes there. */
export function whileSeen(element, draw) {
  let seen = false;
  let asked = false;
  new IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    if (!seen || !asked) return;
    asked = false;
    draw();
  }).observe(element);
  return () => {
    if (seen) draw();
    else asked = true;
  };
}

export const onResize = (element, listener) => new ResizeObserver(listener).observe(element);

const spaced = (text) => text.replaceAll("_", " ");
export const jointLabel = (name) =>
  spaced(name)
    .replace("spine1", "spine 1")
    .replace("spine2", "spine 2")
    .replace("spine3", "spine 3");
export const mm = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));
