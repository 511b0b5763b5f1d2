// Shapes as questions: is the point (x, y) inside? Coordinates run from 0 to 1, y downwards.

export const disc = (cx, cy, radius) => (x, y) => Math.hypot(x - cx, y - cy) <= radius;

export const band = (cx, cy, inner, outer) => (x, y) => {
  const distance = Math.hypot(x - cx, y - cy);
  return distance >= inner && distance <= outer;
};

/** A rectangle, its corners rounded by `radius`. */
export const box =
  (left, top, right, bottom, radius = 0) =>
  (x, y) => {
    const dx = Math.max(left + radius - x, 0, x - (right - radius));
    const dy = Math.max(top + radius - y, 0, y - (bottom - radius));
    return radius === 0 ? dx === 0 && dy === 0 : Math.hypot(dx, dy) <= radius;
  };

/** The edge of a rectangle, `width` wide, inwards. */
export function frame(left, top, right, bottom, width) {
  const outer = box(left, top, right, bottom);
  const inner = box(left + width, top + width, right - width, bottom - width);
  return (x, y) => outer(x, y) && !inner(x, y);
}

/** Diagonal stripes, as wide as the gaps between them. */
export const hatch = (period) => (x, y) => (((x + y) % period) + period) % period < period / 2;

/** A polygon, by the even-odd rule. */
export const polygon = (points) => (x, y) => {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [xi, yi] = points[i];
    const [xj, yj] = points[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
};

/** A line through the points, `halfWidth` to each side, with round ends. */
export const stroke = (points, halfWidth) => (x, y) =>
  points.slice(1).some(([bx, by], i) => {
    const [ax, ay] = points[i];
    const lengthSquared = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSquared));
    return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)) <= halfWidth;
  });
