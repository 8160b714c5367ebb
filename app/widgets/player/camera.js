// An orbit camera over a floor: y up, yaw 0 looks at the face of a body that faces +z.

const NEAR = 0.25; // metres
const PITCH = [-0.05, 1.45]; // radians: never under the floor, never quite from the zenith

/** @type {(value: number, within: number[]) => number} */
const limit = (value, [low, high]) => Math.max(low, Math.min(high, value));

export class OrbitCamera {
  yaw = 0.62;
  pitch = 0.2;
  zoom = 1;
  fit = 1; // less where what is shown is larger than a body
  target = [0, 0.9, 0];
  reach = 3.4; // metres from the target at zoom 1
  tall = 2.15; // metres of height that fit the picture at zoom 1
  // What `aim` prepares:
  right = [1, 0, 0];
  up = [0, 1, 0];
  forward = [0, 0, -1];
  distance = 3.4;
  focal = 1;
  centre = [0, 0];

  orbit(/** @type {number} */ dx, /** @type {number} */ dy) {
    this.yaw -= dx * 0.008;
    this.pitch = limit(this.pitch + dy * 0.006, PITCH);
  }

  zoomBy(/** @type {number} */ factor) {
    this.zoom = limit(this.zoom * factor, [0.35, 4]);
  }

  /** Prepare for a picture whose centre is (centreX, centreY) and height is high, in CSS pixels. */
  aim(/** @type {number} */ centreX, /** @type {number} */ centreY, /** @type {number} */ high) {
    const [sy, cy, sp, cp] = [
      Math.sin(this.yaw),
      Math.cos(this.yaw),
      Math.sin(this.pitch),
      Math.cos(this.pitch),
    ];
    this.right = [cy, 0, -sy];
    this.up = [-sy * sp, cp, -cy * sp];
    this.forward = [-sy * cp, -sp, -cy * cp];
    this.distance = Math.max(2 * NEAR, this.reach / (this.zoom * this.fit));
    this.focal = (high * this.reach) / this.tall;
    this.centre = [centreX, centreY];
  }

  /** World metres to [x px, y px, depth m, px per metre]; null when behind the eye. */
  project(/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ z) {
    const [tx, ty, tz] = this.target;
    const [dx, dy, dz] = [x - tx, y - ty, z - tz];
    const depth =
      dx * this.forward[0] + dy * this.forward[1] + dz * this.forward[2] + this.distance;
    if (depth < NEAR) return null;
    const scale = this.focal / depth;
    return [
      this.centre[0] + (dx * this.right[0] + dz * this.right[2]) * scale,
      this.centre[1] - (dx * this.up[0] + dy * this.up[1] + dz * this.up[2]) * scale,
      depth,
      scale,
    ];
  }
}
