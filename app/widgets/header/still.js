// The body that an offer is about, small beside its words.

import { liveTheme } from "../shared/colour.js";
import { fitCanvas, h } from "../shared/dom.js";
import { figure } from "../shared/figure.js";

/**
 * @import { Figure } from "../shared/payloads"
 * @import { Unpacked } from "../shared/types.js"
 */

export function mountStill() {
  /** @type {Unpacked<Figure> | undefined} */
  let shown;
  const element = h("canvas", { class: "notice-still", role: "img", hidden: true });
  const theme = liveTheme(() => draw());

  function draw() {
    if (!shown) return;
    const { context, width, height } = fitCanvas(element);
    context.clearRect(0, 0, width, height);
    figure(context, shown.joints, 0, shown.bones, { x: width / 2, high: height, colour: theme.ink, wide: 1.6 });
  }

  return {
    element,
    show(/** @type {Unpacked<Figure> | undefined} */ body) {
      shown = body;
      element.hidden = !body;
      element.setAttribute("aria-label", `A body of ${body?.joints.shape[1]} joints, as it would be drawn`);
      draw();
    },
  };
}
