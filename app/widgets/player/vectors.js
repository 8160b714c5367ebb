// Arithmetic of points.

/** @import { Point } from "./pose.js" */

/** @type {(a: Point, b: Point) => Point} */
export const sub = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
/** @type {(a: Point, direction: Point, metres: number) => Point} */
export const along = (a, direction, metres) => [
  a[0] + direction[0] * metres,
  a[1] + direction[1] * metres,
  a[2] + direction[2] * metres,
];
/** @type {(a: Point, b: Point) => Point} */
export const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
/** @type {(a: Point) => Point} */
export function unit(a) {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
}
/** @type {(points: Point[]) => Point} */
export const middle = (points) =>
  [0, 1, 2].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
