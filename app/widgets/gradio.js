// Where the studio meets Gradio: its shell moves into Gradio's component, whose upload it uses.

/** @typedef {{ element: HTMLElement, upload: (file: File) => Promise<{ path: string }> }} Component */

/**
 * Have the shell move into Gradio's component once that is there.
 *
 * @param {HTMLElement} root
 */
export function gradioShell(root) {
  /** @type {Promise<Component>} */
  const component = new Promise((resolve) => {
    Object.assign(window, { moveIn: resolve });
  });
  const pointers = pressed();
  return {
    upload: async (/** @type {File} */ file) => (await component).upload(file),
    moved: component.then(async ({ element }) => {
      await visible(element);
      while (pointers.size) await nextFrame(); // a move would break the gesture off
      move(root, element);
    }),
  };
}

/** Until a place is seen: what moves into a hidden one is hidden with it, and loses the focus. */
async function visible(/** @type {HTMLElement} */ place) {
  place.closest("gradio-app")?.setAttribute("data-holds-studio", "");
  markAround(place);
  while (getComputedStyle(place).visibility !== "visible") await nextFrame();
}

/** Mark Gradio's boxes around a place, of which the style sheet takes frames and margins away. */
function markAround(/** @type {HTMLElement} */ place) {
  /** @type {HTMLElement | null} */
  let box = place;
  for (; box && !box.matches(".gradio-container"); box = box.parentElement)
    box.setAttribute("data-around-studio", "");
}

const nextFrame = () => new Promise(requestAnimationFrame);

/** The fingers and buttons that are down, kept up to date. */
function pressed() {
  /** @type {Set<number>} */
  const pointers = new Set();
  addEventListener("pointerdown", ({ pointerId }) => pointers.add(pointerId), true);
  for (const end of ["pointerup", "pointercancel"])
    addEventListener(end, (event) => pointers.delete(/** @type {PointerEvent} */ (event).pointerId), true);
  return pointers;
}

/** Put an element into another with what is typed, focused and scrolled in it. */
function move(/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ place) {
  const moves = /** @type {{ moveBefore?: (node: Node, before: null) => void }} */ (place);
  const focused = document.activeElement;
  const [left, top] = [scrollX, scrollY];
  const scrolled = [...root.querySelectorAll("*")].flatMap((one) =>
    one.scrollTop || one.scrollLeft ? [{ one, to: [one.scrollLeft, one.scrollTop] }] : [],
  );
  if (moves.moveBefore) moves.moveBefore(root, null);
  else place.append(root);
  for (const { one, to } of scrolled) one.scrollTo(to[0], to[1]);
  if (focused instanceof HTMLElement && root.contains(focused)) focused.focus({ preventScroll: true });
  scrollTo(left, top);
}
