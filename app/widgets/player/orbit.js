// The player's camera in the hand: mouse, fingers and wheel.

/** @import { OrbitCamera } from "./camera.js" */

/** Drag to turn, wheel or two fingers to zoom. A finger that moves up or down first scrolls the page. */
export function orbitWithPointers(
  /** @type {HTMLCanvasElement} */ canvas,
  /** @type {OrbitCamera} */ camera,
  /** @type {() => void} */ draw,
) {
  const fingers = new Map();
  /** @type {{ yaw: number, pitch: number } | null} */
  let before = null;
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  };
  canvas.addEventListener("pointerdown", (event) => {
    before = { yaw: camera.yaw, pitch: camera.pitch };
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const before = fingers.size === 2 ? spread() : 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) camera.zoomBy(spread() / before || 1);
    else camera.orbit(event.clientX - last.x, event.clientY - last.y);
    draw();
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"]))
    canvas.addEventListener(end, (event) => fingers.delete(event.pointerId));
  canvas.addEventListener("pointercancel", () => {
    Object.assign(camera, before);
    draw();
  });
  canvas.addEventListener(
    "touchmove",
    (event) => {
      if (event.touches.length > 1) event.preventDefault();
    },
    { passive: false },
  );
  canvas.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      camera.zoomBy(Math.exp(-event.deltaY * 0.0012));
      draw();
    },
    { passive: false },
  );
}
