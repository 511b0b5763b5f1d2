import { mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { lookAtRemount, planFingerprint, remount } from '#main/checks';
import { createLocalHost } from '#main/hosts';
import { type MountConfig, mountConfigSchema } from '#shared/domain';

const host = createLocalHost({ clock: systemClock });
let directory = '';
let config: MountConfig;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-link-'));
  mkdirSync(join(directory, '共享 share'));
  config = mountConfigSchema.parse({
    source: join(directory, '共享 share'),
    target: join(directory, 'mount'),
    type: 'link',
  });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const planned = () => lookAtRemount(host, config);
const made = async () => remount(host, config, planFingerprint(await planned()));

describe.skipIf(process.platform !== 'linux')('a link that stands for a mount', () => {
  it('is made where nothing is, and where a lost one has left its directory', async () => {
    expect(await made()).toMatchObject({ outcome: 'done', problem: null });
    expect(readlinkSync(config.target)).toBe(config.source);
    rmSync(config.target);
    mkdirSync(config.target);
    const plan = await planned();
    expect(plan.found).toEqual([]);
    expect(plan.steps.map(({ command }) => command[0])).toEqual(['rmdir', 'ln']);
    expect(await made()).toMatchObject({ outcome: 'done', steps: [{ result: 'done' }, { result: 'done' }] });
  });

  it('is made anew, itself alone, and never what it leads to', async () => {
    symlinkSync(config.source, config.target);
    writeFileSync(join(config.source, 'redo-1'), 'kept');
    const plan = await planned();
    expect(plan.steps.map(({ command }) => command[0])).toEqual(['unlink', 'ln']);
    expect(await made()).toMatchObject({ outcome: 'done' });
    expect(readlinkSync(config.target)).toBe(config.source);
  });

  it('takes nothing away that is what is not its own', async () => {
    mkdirSync(config.target);
    writeFileSync(join(config.target, 'mine'), '');
    expect(await made()).toMatchObject({ outcome: 'failed', problem: { key: 'check.remount.notUnmounted' } });
    rmSync(config.target, { recursive: true });
    symlinkSync('/somewhere/else', config.target);
    expect(await made()).toMatchObject({ outcome: 'refused', steps: [], problem: { key: 'check.remount.stranger' } });
    rmSync(config.target);
    writeFileSync(config.target, 'a file');
    expect(await made()).toMatchObject({ outcome: 'refused', steps: [] });
  });

  it('does nothing where something else is there than was agreed to', async () => {
    const agreed = planFingerprint(await planned());
    mkdirSync(config.target);
    expect(await remount(host, config, agreed)).toMatchObject({
      outcome: 'refused',
      steps: [],
      problem: { key: 'check.remount.changed' },
    });
  });

  it('has an absolute source and no options', () => {
    const base = { source: '/a', target: '/b', type: 'link' };
    expect(mountConfigSchema.safeParse(base).success).toBe(true);
    expect(mountConfigSchema.safeParse({ ...base, source: 'h:/a' }).success).toBe(false);
    expect(mountConfigSchema.safeParse({ ...base, options: ['ro'] }).success).toBe(false);
  });
});
