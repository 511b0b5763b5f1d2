import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { iconFiles } from '../../../src/main/desktop/icons.ts';
import { TRAY_STATES } from '../../../src/main/desktop/status.ts';

const folder = join(import.meta.dirname, '../../../resources/icons');

/** The alpha channel of an unfiltered eight-bit RGBA picture. */
function alphaOf(file: string): { size: number; alpha: number[] } {
  const bytes = readFileSync(join(folder, file));
  const size = bytes.readUInt32BE(16);
  let data = Buffer.alloc(0);
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) !== 'IDAT') continue;
    data = Buffer.concat([data, bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at))]);
  }
  const rows = inflateSync(data);
  const alpha = Array.from(
    { length: size * size },
    (_, i) => rows[Math.floor(i / size) * (size * 4 + 1) + 1 + (i % size) * 4 + 3] ?? 0,
  );
  return { size, alpha };
}

describe('icons', () => {
  it.each(['linux', 'win32', 'darwin'] as const)('are all there for %s, twice as fine beside each', (platform) => {
    const files = iconFiles('', platform);
    for (const state of TRAY_STATES)
      for (const file of [files.tray(state), files.overlay(state), files.notice(state)]) {
        const { size } = alphaOf(file);
        expect(alphaOf(file.replace('.png', '@2x.png')).size).toBe(size * 2);
      }
    expect(existsSync(join(folder, files.window))).toBe(true);
  });

  it('come in 16, 22 and 32 pixels', () => {
    for (const size of [16, 22, 32]) expect(alphaOf(`tray/p1-${size}.png`).size).toBe(size);
  });

  it('differ in shape from state to state, not in colour alone, at the smallest size', () => {
    for (const kind of ['-16.png', '-Template.png']) {
      const shapes = TRAY_STATES.map((state) => alphaOf(`tray/${state}${kind}`).alpha);
      for (const [i, a] of shapes.entries())
        for (const b of shapes.slice(i + 1)) {
          const different = a.filter((alpha, at) => Math.abs(alpha - (b[at] ?? 0)) > 127).length;
          expect(different, kind).toBeGreaterThan(20);
        }
    }
  });

  it('hold a Windows icon with a side of 256', () => {
    const ico = readFileSync(join(folder, 'app.ico'));
    const sides = Array.from({ length: ico.readUInt16LE(4) }, (_, i) => ico[6 + 16 * i] || 256);
    expect(sides).toEqual([16, 24, 32, 48, 64, 128, 256]);
  });
});
