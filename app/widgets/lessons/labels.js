// Where the names of points in a picture stand: beside their points, clear of each other and of every point.

/**
 * @typedef {number[]} At x and y
 * @typedef {number[]} Box left, top, right, bottom
 */

const HIGH = 12; // of a letter
const WIDE = 7.5;
const BESIDE = 13; // from a point up or down to the middle of its name
const FAR = [1, 1.6, 2.3, 3]; // times as far, where there is no room beside it
const OUTSIDE = 1e6; // dearer than any overlap
const WAYS = [0, 6, 3, 9, 1, 11, 5, 7, 2, 10, 4, 8].map((hour) => {
  const angle = (Math.PI * hour) / 6;
  return [Math.sin(angle), -Math.cos(angle)];
});

const around = (/** @type {At} */ [x, y], /** @type {number} */ wide, /** @type {number} */ high) => [
  x - wide / 2,
  y - high / 2,
  x + wide / 2,
  y + high / 2,
];

/** The area that two boxes share. */
const shared = (/** @type {Box} */ a, /** @type {Box} */ b) =>
  Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) *
  Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

/**
 * The middle of each name; those of crowded points are placed first.
 *
 * @param {At[]} points
 * @param {string[]} names
 * @param {{ size: At, dot: number, other: At }} picture its width and height, how wide a dot is, and one more
 *   thing in it that no name may cover
 */
export function besidePoints(points, names, { size, dot, other }) {
  const blocked = [...points.map((at) => around(at, dot, dot)), around(other, 2.4 * dot, 2.4 * dot)];
  const crowd = points.map(([x, y]) =>
    points.reduce((sum, [ox, oy]) => sum + 1 / (20 + Math.hypot(x - ox, y - oy)), 0),
  );
  const order = points.map((_, i) => i).sort((a, b) => crowd[b] - crowd[a]);
  /** @type {At[]} */
  const places = [];
  for (const i of order) {
    const wide = WIDE * names[i].length;
    const sideways = BESIDE + (wide - HIGH) / 2;
    const offers = FAR.flatMap((far) =>
      WAYS.map(([dx, dy]) => [points[i][0] + dx * far * sideways, points[i][1] + dy * far * BESIDE]),
    );
    const cost = (/** @type {At} */ at, /** @type {number} */ rank) => {
      const box = around(at, wide, HIGH);
      const isOutside = box[0] < 0 || box[1] < 0 || box[2] > size[0] || box[3] > size[1];
      return blocked.reduce((sum, one) => sum + shared(box, one), rank / 10 + (isOutside ? OUTSIDE : 0));
    };
    const costs = offers.map(cost);
    places[i] = offers[costs.indexOf(Math.min(...costs))];
    blocked.push(around(places[i], wide + 2, HIGH + 2));
  }
  return places;
}
