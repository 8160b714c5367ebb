// Paints parts, floor and shadows on a canvas seen through an OrbitCamera.

import { css, mix } from "../shared/colour.js";

const CIRCLE = Array.from({ length: 20 }, (_, i) => [
  Math.cos((i * Math.PI) / 10),
  Math.sin((i * Math.PI) / 10),
]);
const WHITE = [255, 255, 255];
const BLACK = [8, 14, 24];

/** Convex hull of projected balls, as a list of [x, y]. */
function outline(circles) {
  const points = [];
  for (const [x, y, r] of circles)
    for (const [cx, cy] of CIRCLE) points.push([x + cx * r, y + cy * r]);
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered) => {
    const chain = [];
    for (const p of ordered) {
      while (chain.length > 1) {
        const [a, b] = [chain[chain.length - 2], chain[chain.length - 1]];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(p);
    }
    chain.pop();
    return chain;
  };
  return [...half(points), ...half(points.reverse())];
}

function trace(context, points) {
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.closePath();
}

/** Light falls from the upper left: brighten that edge and darken the other, across the part. */
function shade(context, circles, colour) {
  const [first, last] = [circles[0], circles[circles.length - 1]];
  const radius = Math.max(...circles.map((circle) => circle[2]));
  let [nx, ny] = [-(last[1] - first[1]), last[0] - first[0]];
  const length = Math.hypot(nx, ny);
  [nx, ny] = length < 1 || circles.length > 3 ? [-0.8, -0.6] : [nx / length, ny / length];
  if (nx * -0.8 + ny * -0.6 < 0) [nx, ny] = [-nx, -ny];
  const spread =
    circles.length > 3 ? Math.hypot(last[0] - first[0], last[1] - first[1]) / 2 + radius : radius;
  const cx = circles.reduce((sum, circle) => sum + circle[0], 0) / circles.length;
  const cy = circles.reduce((sum, circle) => sum + circle[1], 0) / circles.length;
  const gradient = context.createLinearGradient(
    cx + nx * spread,
    cy + ny * spread,
    cx - nx * spread,
    cy - ny * spread,
  );
  gradient.addColorStop(0, css(mix(colour, WHITE, 0.22)));
  gradient.addColorStop(0.4, css(colour));
  gradient.addColorStop(1, css(mix(colour, BLACK, 0.42)));
  return gradient;
}

function projectBalls(camera, balls) {
  const circles = [];
  for (const [[x, y, z], radius] of balls) {
    const seen = camera.project(x, y, z);
    if (!seen) return null;
    circles.push([seen[0], seen[1], radius * seen[3], seen[2]]);
  }
  return circles;
}

/** A body's parts, each with its colour [r, g, b], far ones first. */
export function paintParts(context, camera, parts, theme) {
  const seen = [];
  for (const part of parts) {
    // Marks on the surface are hidden when the surface is turned away.
    if (
      part.normal &&
      part.normal[0] * camera.forward[0] +
        part.normal[1] * camera.forward[1] +
        part.normal[2] * camera.forward[2] >
        (part.kind === "nose" ? 0.35 : -0.1)
    )
      continue;
    const circles = projectBalls(camera, part.balls);
    if (!circles) continue;
    const depth = circles.reduce((sum, circle) => sum + circle[3], 0) / circles.length;
    seen.push({ part, circles, depth: part.kind === "badge" ? depth - 0.12 : depth });
  }
  seen.sort((a, b) => b.depth - a.depth);
  for (const { part, circles } of seen) {
    trace(context, outline(circles));
    if (part.kind === "badge") {
      context.fillStyle = css(mix(part.colour, WHITE, 0.62), 0.9);
      context.fill();
    } else {
      context.fillStyle = shade(
        context,
        circles,
        part.side === "right" ? mix(part.colour, BLACK, 0.16) : part.colour,
      );
      context.fill();
      context.strokeStyle = css(mix(part.colour, BLACK, 0.5), 0.55);
      context.lineWidth = 0.8;
      context.stroke();
    }
    if (part.letter && circles[0][2] > 3.2) paintLetter(context, part.letter, circles, theme);
  }
}

/** A body as one pale silhouette: outlines of all parts first, then fills over the inner ones. */
export function paintSilhouette(context, camera, parts, colour, theme, layer) {
  const { width, height } = context.canvas;
  if (layer.width !== width || layer.height !== height) Object.assign(layer, { width, height });
  const ink = layer.getContext("2d");
  ink.setTransform(1, 0, 0, 1, 0, 0);
  ink.clearRect(0, 0, width, height);
  ink.setTransform(context.getTransform());
  const outlines = parts
    .map((part) => projectBalls(camera, part.balls))
    .filter(Boolean)
    .map(outline);
  ink.strokeStyle = css(mix(colour, BLACK, 0.1));
  ink.lineWidth = 2.6;
  ink.lineJoin = "round";
  for (const points of outlines) {
    trace(ink, points);
    ink.stroke();
  }
  ink.fillStyle = css(mix(colour, theme.panelRgb, 0.62));
  for (const points of outlines) {
    trace(ink, points);
    ink.fill();
  }
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 0.72;
  context.drawImage(layer, 0, 0);
  context.restore();
}

function paintLetter(context, letter, circles, theme) {
  const [from, to] = circles;
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const x = to[0] + ((to[0] - from[0]) / length) * 9;
  const y = to[1] + ((to[1] - from[1]) / length) * 9;
  context.font = "600 11px ui-sans-serif, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.strokeStyle = theme.panel;
  context.strokeText(letter, x, y);
  context.fillStyle = theme.ink;
  context.fillText(letter, x, y);
}

const CELL = 0.5; // metres
const HALF = 3.5; // metres of floor on each side of the target

/** A floor of half-metre squares that fades away from the camera's target. */
export function paintFloor(context, camera, theme) {
  const [tx, , tz] = camera.target;
  const [gx, gz] = [Math.round(tx / CELL) * CELL, Math.round(tz / CELL) * CELL];
  const count = HALF / CELL;
  context.lineWidth = 1;
  for (let i = -count; i <= count; i++) {
    const offset = i * CELL;
    strokeFading(
      context,
      camera,
      theme,
      (s) => [gx + offset, 0, tz + s],
      Math.abs(gx + offset - tx),
    );
    strokeFading(
      context,
      camera,
      theme,
      (s) => [tx + s, 0, gz + offset],
      Math.abs(gz + offset - tz),
    );
  }
}

function strokeFading(context, camera, theme, at, aside) {
  const steps = 10;
  for (let i = 0; i < steps; i++) {
    const [s0, s1] = [-HALF + (2 * HALF * i) / steps, -HALF + (2 * HALF * (i + 1)) / steps];
    const fade = 1 - Math.hypot((s0 + s1) / 2, aside) / HALF;
    if (fade <= 0) continue;
    const [a, b] = [camera.project(...at(s0)), camera.project(...at(s1))];
    if (!a || !b) continue;
    context.strokeStyle = css(theme.floorRgb, 0.9 * Math.min(1, fade * 1.6));
    context.beginPath();
    context.moveTo(a[0], a[1]);
    context.lineTo(b[0], b[1]);
    context.stroke();
  }
}

// Where a body is near the floor it darkens it: [joint, radius in metres, strength].
const SHADOWS = [
  [0, 0.3, 0.2],
  [9, 0.26, 0.14],
  [4, 0.16, 0.12],
  [5, 0.16, 0.12],
  [10, 0.13, 0.3],
  [11, 0.13, 0.3],
  [7, 0.12, 0.22],
  [8, 0.12, 0.22],
  [20, 0.1, 0.14],
  [21, 0.1, 0.14],
];

export function paintShadow(context, camera, pose, theme) {
  const squash = Math.max(0.12, Math.sin(camera.pitch));
  for (const [joint, radius, strength] of SHADOWS) {
    const [x, y, z] = pose[joint];
    const seen = camera.project(x, 0, z);
    if (!seen) continue;
    const size = radius * (1 + Math.max(0, y) * 0.5) * seen[3];
    const alpha = strength * Math.exp(-Math.max(0, y) * 1.4);
    context.save();
    context.translate(seen[0], seen[1]);
    context.scale(1, squash);
    const gradient = context.createRadialGradient(0, 0, 0, 0, 0, size);
    gradient.addColorStop(0, css(theme.shadowRgb, alpha));
    gradient.addColorStop(1, css(theme.shadowRgb, 0));
    context.fillStyle = gradient;
    context.fillRect(-size, -size, 2 * size, 2 * size);
    context.restore();
  }
}

/** The pelvis' path on the floor between two frames. */
export function paintPath(context, camera, joints, [first, stop], colour, dash) {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash(dash);
  context.beginPath();
  let pen = false;
  for (let frame = first; frame < stop; frame += 2) {
    const seen = camera.project(joints[frame * 66], 0.002, joints[frame * 66 + 2]);
    if (seen) pen ? context.lineTo(seen[0], seen[1]) : context.moveTo(seen[0], seen[1]);
    pen = Boolean(seen);
  }
  context.stroke();
  context.setLineDash([]);
}
