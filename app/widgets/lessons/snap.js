// Lesson 1's own drawing: codes in a plane, and a point that snaps to the nearest of them.

import { h, setText } from "../shared/dom.js";
import { besidePoints } from "./labels.js";

/**
 * @import { SnapPicture } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

const SVG = "http://www.w3.org/2000/svg";
const [WIDE, HIGH, MARGIN] = [400, 280, 34];
const KEY_STEP = 0.02; // of the plane's width
const DOT = 12; // how wide a code is drawn
const REST = 200; // milliseconds after the last key before the server hears of it

/**
 * @typedef {number[]} At x and y
 * @typedef {{ x: number, y: number, by: number }} Scale centre, and pixels a unit
 */

/** @type {Partial<Record<string, At>>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Distances from a point to each place, as app/lessons/lesson1_snap.py measures them. */
const distancesTo = (/** @type {At[]} */ places, /** @type {At} */ [x, y]) =>
  places.map(([px, py]) => Math.hypot(px - x, py - y));

export function mountSnap(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const svg = draw("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "snap", role: "group" });
  svg.setAttribute("aria-label", "Codes of layer 1 in a plane, and the point x");
  const spoken = h("p", { class: "note", role: "status" });
  const list = h("ol", { class: "snap-list" });
  place.replaceChildren(svg, spoken, list);

  /** @type {SnapPicture} */
  let data;
  let point = [0, 0];
  /** @type {Scale} */
  let scale;
  let named = "";
  /** @type {At[]} */
  let names = []; // where the name of each code stands
  let timer = 0;
  /** @type {SVGElement | null} */
  let handle = null;

  const toScreen = (/** @type {At} */ [x, y]) => [
    WIDE / 2 + (x - scale.x) * scale.by,
    HIGH / 2 - (y - scale.y) * scale.by,
  ];
  const toPlane = (/** @type {number} */ sx, /** @type {number} */ sy) => [
    (sx - WIDE / 2) / scale.by + scale.x,
    (HIGH / 2 - sy) / scale.by + scale.y,
  ];

  function fit() {
    const [xs, ys] = [0, 1].map((axis) => data.places.map((one) => one[axis]));
    const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const by = Math.min(
      (WIDE - 2 * MARGIN) / Math.max(x1 - x0, 1e-9),
      (HIGH - 2 * MARGIN) / Math.max(y1 - y0, 1e-9),
    );
    scale = { x: (x0 + x1) / 2, y: (y0 + y1) / 2, by };
    const shown = data.codes.join();
    if (shown === named) return; // names stay where they are while x moves
    named = shown;
    names = besidePoints(data.places.map(toScreen), data.codes.map(String), {
      size: [WIDE, HIGH],
      dot: DOT,
      other: toScreen(data.point),
    });
  }

  function redraw() {
    const distances = distancesTo(data.places, point);
    const nearest = distances.indexOf(Math.min(...distances));
    const [px, py] = toScreen(point);
    const spots = data.places.map(toScreen);
    const had = handle && document.activeElement === handle;
    svg.replaceChildren(
      ...(data.open
        ? spots.map(([x, y]) => draw("line", { class: "reach", x1: px, y1: py, x2: x, y2: y }))
        : []),
      ...(data.open ? [arrow(spots[nearest], [px, py])] : []),
      ...spots.map(([x, y], /** @type {number} */ i) => {
        const chosen = data.open && i === nearest ? "code chosen" : "code";
        return draw("circle", { class: chosen, cx: x, cy: y, r: DOT / 2 });
      }),
      ...names.map(([x, y], i) => text("code-name", x, y, String(data.codes[i]))),
      grip(px, py),
    );
    if (had) handle?.focus();
    svg.classList.toggle("open", data.open);
    list.hidden = spoken.hidden = !data.open;
    if (!data.open) return;
    const left = distances[nearest];
    setText(
      spoken,
      `Nearest: code ${data.codes[nearest]}, ${left.toFixed(2)} away. The arrow x − c is the residual.`,
    );
    const most = Math.max(...distances);
    list.replaceChildren(
      ...distances
        .map((distance, i) => ({ distance, code: data.codes[i], isChosen: i === nearest }))
        .sort((a, b) => a.distance - b.distance)
        .map(({ distance, code, isChosen }) =>
          h(
            "li",
            { class: isChosen ? "chosen" : "" },
            h("span", {}, `code ${code}`),
            h("i", { style: `width: ${((62 * distance) / most).toFixed(1)}%` }),
            h("output", {}, distance.toFixed(2)),
          ),
        ),
    );
  }

  function grip(/** @type {number} */ x, /** @type {number} */ y) {
    const group = draw("g", {
      class: "grip",
      transform: `translate(${x} ${y})`,
      ...(data.open
        ? { tabindex: 0, role: "application", "aria-label": "Point x; arrow keys move it" }
        : {}),
    });
    group.append(
      draw("circle", { class: "grip-field", r: 15 }),
      draw("path", { d: "M-6 -6L6 6M-6 6L6 -6" }),
      text("grip-name", 13, -9, "x"),
    );
    handle = group;
    return group;
  }

  function moveTo(/** @type {At} */ next, /** @type {number | null} */ after) {
    const [sx, sy] = toScreen(next);
    const inside = [Math.max(8, Math.min(WIDE - 8, sx)), Math.max(8, Math.min(HIGH - 8, sy))];
    point = toPlane(inside[0], inside[1]).map((value) => Math.round(value * 1000) / 1000);
    redraw();
    clearTimeout(timer);
    if (after !== null) timer = window.setTimeout(tell, after);
  }

  function tell() {
    studio.command("do_in_lesson", { move: "point", value: point });
  }

  const pointed = (/** @type {PointerEvent} */ event) => {
    const box = svg.getBoundingClientRect();
    return toPlane(
      ((event.clientX - box.left) / box.width) * WIDE,
      ((event.clientY - box.top) / box.height) * HIGH,
    );
  };
  svg.addEventListener("pointerdown", (event) => {
    if (!data?.open || event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    moveTo(pointed(event), null);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) moveTo(pointed(event), null);
  });
  svg.addEventListener("pointerup", (event) => {
    if (!svg.hasPointerCapture(event.pointerId)) return;
    svg.releasePointerCapture(event.pointerId);
    tell();
  });
  svg.addEventListener("keydown", (event) => {
    const way = KEYS[event.key];
    if (!way || !data?.open) return;
    event.preventDefault();
    event.stopPropagation();
    const far = (KEY_STEP * WIDE) / scale.by;
    moveTo([point[0] + way[0] * far, point[1] + way[1] * far], REST);
  });

  return {
    show(/** @type {SnapPicture} */ next) {
      const isMoving = timer !== 0 && document.activeElement === handle;
      data = next;
      fit();
      // While keys move the point, an answer about where it was does not pull it back.
      if (!isMoving || !data.open) point = next.point;
      redraw();
    },
  };
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 */
function draw(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

function text(
  /** @type {string} */ kind,
  /** @type {number} */ x,
  /** @type {number} */ y,
  /** @type {string} */ words,
) {
  const element = draw("text", { class: kind, x, y });
  element.textContent = words;
  return element;
}

/** From the code to the point: the residual x − c. */
function arrow(/** @type {At} */ [x1, y1], /** @type {At} */ [x2, y2]) {
  const long = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ux, uy] = [(x2 - x1) / long, (y2 - y1) / long];
  const [ax, ay] = [x2 - 9 * ux, y2 - 9 * uy];
  const head = `M${x2} ${y2}L${ax - 4 * uy} ${ay + 4 * ux}L${ax + 4 * uy} ${ay - 4 * ux}Z`;
  return draw("path", { class: "residual", d: `M${x1} ${y1}L${ax} ${ay}${head}` });
}
