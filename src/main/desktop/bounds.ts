import { z } from 'zod';

const pixels = z.number().int().min(-100_000).max(100_000);
export const boundsSchema = z.object({
  x: pixels,
  y: pixels,
  width: z.number().int().min(1).max(100_000),
  height: z.number().int().min(1).max(100_000),
});
export type Bounds = z.infer<typeof boundsSchema>;

export const DEFAULT_SIZE = { width: 1280, height: 840 };
export const MIN_SIZE = { width: 900, height: 600 };
/** This much of the title bar must be on a screen for a person to get hold of it. */
const GRIP = { width: 120, height: 32 };

function overlap(a: Bounds, b: Bounds): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  };
}

/**
 * Where the window goes: where it was, if its title bar can still be reached on one of the screens that are there now
 * (`workAreas`), no larger than that screen; otherwise undefined, and the system places it.
 */
export function placeWindow(remembered: Bounds | undefined, workAreas: readonly Bounds[]): Bounds | undefined {
  if (!remembered) return undefined;
  const titleBar = { ...remembered, height: GRIP.height };
  const home = workAreas.find((area) => {
    const shared = overlap(titleBar, area);
    return shared.width >= GRIP.width && shared.height >= GRIP.height;
  });
  if (!home) return undefined;
  return {
    ...remembered,
    width: Math.max(MIN_SIZE.width, Math.min(remembered.width, home.width)),
    height: Math.max(MIN_SIZE.height, Math.min(remembered.height, home.height)),
  };
}
