import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { MUTATIONS } from '../../simulation/mutations/list.ts';

const root = resolve(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/lessons.md'), 'utf8');

it('docs/lessons.md names tests that are there', () => {
  const named = [...page.matchAll(/`(test\/[\w./-]+)`: (.+?)(?=<br>| \|)/g)];
  expect(named.length).toBeGreaterThan(30);
  const missing = named.filter(([, file = '', title = '']) => !readFileSync(join(root, file), 'utf8').includes(title));
  expect(missing.map(([line]) => line)).toEqual([]);
});

it('docs/lessons.md names mutations that are there', () => {
  const names = MUTATIONS.map(({ name }) => name);
  const cells = [...page.matchAll(/mutations? ((?:`[\w-]+`(?:, )?)+)/g)];
  const named = cells.flatMap(([, list = '']) => [...list.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
});
