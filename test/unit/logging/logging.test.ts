import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLogger, redact } from '#core/logging';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logging-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes one JSON object per line, under the module that wrote it, without secrets', async () => {
  const file = join(folder, 'made', 'node.log');
  const logger = createLogger({ name: 'mt', level: 'info', destination: { file } });
  logger
    .child('sessions')
    .child('sweep')
    .warn('removed', { session_id: 's-1', nested: { userToken: 't-1' }, count: 2n });
  logger.debug('not this one');
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('\n'));
  logger.flush();
  const text = readFileSync(file, 'utf8');
  const lines = text.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    name: 'mt',
    module: 'sessions/sweep',
    msg: 'removed',
    session_id: '[redacted]',
    nested: { userToken: '[redacted]' },
    count: '2',
  });
  expect(text).not.toMatch(/s-1|t-1/);
});

it('redacts whatever is named like a secret, at any depth, and keeps errors readable', () => {
  const error = Object.assign(new Error('refused'), { code: 'NO_AUTH', digestAuth: 'user:pw' });
  expect(redact({ list: [{ password: 'x' }], error, token: null })).toMatchObject({
    list: [{ password: '[redacted]' }],
    error: { name: 'Error', message: 'refused', code: 'NO_AUTH', digestAuth: '[redacted]' },
    token: null,
  });
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(JSON.stringify(redact(loop))).toContain('[deeper]');
});
