// Lines between the stages: what feeds what.

/** @typedef {{ from: number, to: number, path: SVGPathElement }} Link */

const SVG = "http://www.w3.org/2000/svg";

const element = (/** @type {string} */ name) => document.createElementNS(SVG, name);

/** Which stages feed each: frames, latent, layers in their chain, the sum of all layers, the body. */
export function feedsOf(/** @type {number} */ layers) {
  const [first, sum] = [2, 2 + layers];
  return [
    [],
    [0],
    ...Array.from({ length: layers }, (_, layer) => [layer ? first + layer - 1 : 1]),
    Array.from({ length: layers }, (_, layer) => first + layer),
    [sum],
  ];
}

/**
 * Lines over the flow, one for each stage that feeds another; `place` lays them again after a change of size.
 *
 * @param {HTMLElement} flow
 * @param {HTMLElement[]} stages
 * @param {number[][]} feeds
 */
export function linkStages(flow, stages, feeds) {
  const svg = element("svg");
  svg.setAttribute("class", "pipeline-links");
  svg.setAttribute("aria-hidden", "true");
  /** @type {Link[]} */
  const links = feeds.flatMap((sources, to) =>
    sources.map((from) => ({ from, to, path: /** @type {SVGPathElement} */ (element("path")) })),
  );
  svg.append(...links.map(({ path }) => path));
  flow.append(svg);

  function place() {
    const origin = flow.getBoundingClientRect();
    const boxes = stages.map((stage) => {
      const { left, right, top, bottom } = stage.getBoundingClientRect();
      return { left: left - origin.left, right: right - origin.left, top: top - origin.top, bottom: bottom - origin.top };
    });
    for (const { from, to, path } of links) path.setAttribute("d", curve(boxes[from], boxes[to]));
  }

  return { links, place };
}

/**
 * From one box to the one beside it, or below.
 *
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Box
 * @param {Box} a
 * @param {Box} b
 */
function curve(a, b) {
  const middle = (/** @type {number} */ low, /** @type {number} */ high) => (low + high) / 2;
  if (b.left >= a.right) {
    const [y0, y1] = [middle(a.top, a.bottom), middle(b.top, b.bottom)];
    const bend = (b.left - a.right) / 2;
    return `M${a.right} ${y0}C${a.right + bend} ${y0} ${b.left - bend} ${y1} ${b.left} ${y1}`;
  }
  const [x0, x1] = [middle(a.left, a.right), middle(b.left, b.right)];
  const bend = (b.top - a.bottom) / 2;
  return `M${x0} ${a.bottom}C${x0} ${a.bottom + bend} ${x1} ${b.top - bend} ${x1} ${b.top}`;
}
