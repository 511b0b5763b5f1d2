// Draws every icon of the desktop shell, the same bytes each time: `node resources/icons/draw.mjs`.
// States differ in shape first and colour second: ring normal, square P3, triangle P2, diamond P1, hatched disc no data.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeIcns, encodeIco, encodePng } from './containers.mjs';
import { band, box, disc, frame, hatch, polygon, stroke } from './shapes.mjs';

/** Sub-pixels in each direction: small pictures need more. */
const samplesOf = (size) => (size < 128 ? 6 : 3);
const CLEAR = null;

/** Paints layers `[inside(x, y), colour]`, later ones on top; `CLEAR` cuts a hole. Coordinates run from 0 to 1. */
export function paint(size, layers) {
  const pixels = new Uint8Array(size * size * 4);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      pixels.set(pixelAt(layers, row, column, size), (row * size + column) * 4);
  return pixels;
}

function pixelAt(layers, row, column, size) {
  const sum = [0, 0, 0];
  let covered = 0;
  const samples = samplesOf(size);
  for (let i = 0; i < samples * samples; i++) {
    const x = (column + ((i % samples) + 0.5) / samples) / size;
    const y = (row + (Math.floor(i / samples) + 0.5) / samples) / size;
    const colour = layers.findLast(([inside]) => inside(x, y))?.[1] ?? CLEAR;
    if (colour === CLEAR) continue;
    covered += 1;
    for (const channel of [0, 1, 2]) sum[channel] += colour[channel];
  }
  if (covered === 0) return [0, 0, 0, 0];
  return [...sum.map((value) => Math.round(value / covered)), Math.round((covered * 255) / samples ** 2)];
}

const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];
const GREY = [128, 134, 139];
const RED = [0xa3, 0x16, 0x1a];
const AMBER = [0xf2, 0xa1, 0x00];
const PALE = [0xff, 0xe6, 0x8a];
const SLATE = [0x24, 0x3b, 0x4a];

/** The digits of the three priorities as strokes in a box `height` tall around (cx, cy). */
function digit(which, cx, cy, height, width) {
  const at = (points) => points.map(([x, y]) => [cx + x * height, cy + y * height]);
  const paths = {
    1: [
      [-0.18, -0.3],
      [0.04, -0.46],
      [0.04, 0.46],
    ],
    2: [
      [-0.26, -0.26],
      [-0.14, -0.44],
      [0.14, -0.44],
      [0.26, -0.24],
      [0.2, -0.02],
      [-0.26, 0.44],
      [0.28, 0.44],
    ],
    3: [
      [-0.26, -0.4],
      [0.14, -0.44],
      [0.24, -0.22],
      [0.1, -0.02],
      [-0.08, -0.02],
      [0.1, -0.02],
      [0.26, 0.2],
      [0.14, 0.44],
      [-0.26, 0.4],
    ],
  };
  return stroke(at(paths[which]), width);
}

const square = box(0.08, 0.08, 0.92, 0.92);
const triangle = polygon([
  [0.5, 0.02],
  [1, 0.96],
  [0, 0.96],
]);
const diamond = polygon([
  [0.5, 0],
  [1, 0.5],
  [0.5, 1],
  [0, 0.5],
]);

/** The tray's states, from its outline and its mark; a template is the same in black, its mark cut out. */
export const STATES = {
  normal: { body: band(0.5, 0.5, 0.3, 0.44), fill: GREY },
  p3: {
    body: square,
    fill: PALE,
    border: frame(0.08, 0.08, 0.92, 0.92, 0.07),
    mark: digit(3, 0.5, 0.5, 0.5, 0.055),
    ink: BLACK,
  },
  p2: { body: triangle, fill: AMBER, mark: digit(2, 0.5, 0.66, 0.42, 0.05), ink: BLACK },
  p1: { body: diamond, fill: RED, mark: digit(1, 0.48, 0.5, 0.5, 0.065), ink: WHITE },
  'no-data': {
    body: (x, y) => band(0.5, 0.5, 0.38, 0.47)(x, y) || (disc(0.5, 0.5, 0.44)(x, y) && hatch(0.24)(x, y)),
    fill: GREY,
  },
};

export function trayLayers({ body, fill, border, mark, ink }, template) {
  const layers = [[body, template ? BLACK : fill]];
  if (border) layers.push([border, BLACK]);
  if (mark) layers.push([mark, template ? CLEAR : ink]);
  return layers;
}

/** Two servers, the one that serves filled and the one that stands by in outline, on a slate tile. */
const appLayers = [
  [box(0.04, 0.04, 0.96, 0.96, 0.2), SLATE],
  [box(0.16, 0.2, 0.42, 0.64, 0.05), WHITE],
  [box(0.58, 0.2, 0.84, 0.64, 0.05), WHITE],
  [box(0.62, 0.24, 0.8, 0.6, 0.03), SLATE],
  [box(0.21, 0.27, 0.37, 0.31), SLATE],
  [box(0.21, 0.36, 0.37, 0.4), SLATE],
  [box(0.3, 0.76, 0.62, 0.81), AMBER],
  [
    polygon([
      [0.6, 0.69],
      [0.74, 0.785],
      [0.6, 0.88],
    ]),
    AMBER,
  ],
];

const TRAY_SIZES = [16, 22, 32];
const APP_SIZES = [16, 24, 32, 48, 64, 128, 256, 512];

/** Every file by its name relative to this folder. */
export function drawAll() {
  const files = new Map();
  const put = (name, size, layers) => files.set(name, encodePng(size, paint(size, layers)));
  for (const [state, look] of Object.entries(STATES)) {
    for (const size of TRAY_SIZES) {
      put(`tray/${state}-${size}.png`, size, trayLayers(look, false));
      put(`tray/${state}-${size}@2x.png`, size * 2, trayLayers(look, false));
    }
    // macOS colours what ends in "Template" by itself, to suit the menu bar.
    put(`tray/${state}-Template.png`, 16, trayLayers(look, true));
    put(`tray/${state}-Template@2x.png`, 32, trayLayers(look, true));
  }
  const app = new Map([...APP_SIZES, 1024].map((size) => [size, encodePng(size, paint(size, appLayers))]));
  for (const size of APP_SIZES) files.set(`app/${size}x${size}.png`, app.get(size));
  files.set('app.ico', encodeIco(APP_SIZES.filter((size) => size <= 256).map((size) => [size, app.get(size)])));
  files.set(
    'app.icns',
    encodeIcns([
      ['ic07', app.get(128)],
      ['ic08', app.get(256)],
      ['ic09', app.get(512)],
      ['ic10', app.get(1024)],
    ]),
  );
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = import.meta.dirname;
  for (const part of ['tray', 'app']) mkdirSync(join(folder, part), { recursive: true });
  const files = drawAll();
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  process.stdout.write(`${files.size} icons drawn\n`);
}
