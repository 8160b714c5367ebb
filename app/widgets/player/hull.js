// The outline of a part: the convex hull of its balls as they are seen.

/**
 * @typedef {[x: number, y: number, radius: number, depth: number]} Circle in CSS pixels
 */

const CIRCLE = Array.from({ length: 20 }, (_, i) => [
  Math.cos((i * Math.PI) / 10),
  Math.sin((i * Math.PI) / 10),
]);

/**
 * Convex hull of projected balls, as a list of [x, y].
 *
 * @param {Circle[]} circles
 */
export function outline(circles) {
  /** @type {number[][]} */
  const points = [];
  for (const [x, y, r] of circles)
    for (const [cx, cy] of CIRCLE) points.push([x + cx * r, y + cy * r]);
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (/** @type {number[][]} */ ordered) => {
    /** @type {number[][]} */
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
