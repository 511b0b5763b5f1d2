import { LOOKS, type Look, NO_BEATS } from './columns.ts';

/** The tokens that a strip is drawn with, as the style sheet has them now. */
export interface StripColours extends Record<Look, string> {
  ground: string;
  hatch: string;
  cursor: string;
}

/** The theme's colours, as a canvas takes them. */
export function stripColours(element: Element): StripColours {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    ok: token('--strip-ok'),
    error: token('--strip-error'),
    p3: token('--strip-p3'),
    p2: token('--strip-p2'),
    p1: token('--strip-p1'),
    ground: token('--strip-ground'),
    hatch: token('--hatch'),
    cursor: token('--ink'),
  };
}

const HATCH_STEP = 6;

function paintHatch(context: CanvasRenderingContext2D, from: number, to: number, height: number, colour: string) {
  context.save();
  context.beginPath();
  context.rect(from, 0, to - from, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  // Lines start on one grid for the whole strip, so that neighbouring stretches join.
  const first = Math.floor((from - height) / HATCH_STEP) * HATCH_STEP;
  for (let x = first; x < to; x += HATCH_STEP) {
    context.moveTo(x, height);
    context.lineTo(x + height, 0);
  }
  context.stroke();
  context.restore();
}

/** Draws columns of device pixels, equal neighbours in one go; hatched where there was no beat. */
export function paintStrip(
  context: CanvasRenderingContext2D,
  columns: Uint8Array,
  height: number,
  colours: StripColours,
  cursorX: number | null,
): void {
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, columns.length, height);
  let start = 0;
  for (let x = 1; x <= columns.length; x++) {
    if (x < columns.length && columns[x] === columns[start]) continue;
    const code = columns[start] ?? NO_BEATS;
    const look = LOOKS[code - 1];
    if (look) {
      const barHeight = Math.round(height * look.height);
      context.fillStyle = colours[look.look];
      context.fillRect(start, height - barHeight, x - start, barHeight);
    } else paintHatch(context, start, x, height, colours.hatch);
    start = x;
  }
  if (cursorX === null) return;
  context.fillStyle = colours.cursor;
  context.fillRect(cursorX - 1, 0, 2, height);
}
