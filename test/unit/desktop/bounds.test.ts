import { describe, expect, it } from 'vitest';
import { MIN_SIZE, placeWindow } from '../../../src/main/desktop/bounds.ts';

const laptop = { x: 0, y: 0, width: 1920, height: 1040 };
const beside = { x: 1920, y: 0, width: 1920, height: 1040 };
const window = { x: 2000, y: 50, width: 1280, height: 840 };

describe('placing the window', () => {
  it('returns to where it was while that screen is there', () => {
    expect(placeWindow(window, [laptop, beside])).toEqual(window);
  });

  it('leaves the place to the system when the screen has vanished', () => {
    expect(placeWindow(window, [laptop])).toBeUndefined();
    expect(placeWindow(window, [])).toBeUndefined();
    expect(placeWindow(undefined, [laptop])).toBeUndefined();
  });

  it('does not count a title bar that nobody could get hold of', () => {
    expect(placeWindow({ ...window, x: -1250 }, [laptop])).toBeUndefined();
    expect(placeWindow({ ...window, x: 0, y: -20 }, [laptop])).toBeUndefined();
    expect(placeWindow({ ...window, x: 0, y: 1030 }, [laptop])).toBeUndefined();
    expect(placeWindow({ ...window, x: 1800 }, [laptop])).toEqual({ ...window, x: 1800 });
  });

  it('shrinks to a smaller screen, though never below what the screen needs', () => {
    const small = { x: 0, y: 0, width: 1024, height: 500 };
    expect(placeWindow({ x: 0, y: 0, width: 3000, height: 2000 }, [small])).toEqual({
      x: 0,
      y: 0,
      width: 1024,
      height: MIN_SIZE.height,
    });
  });
});
