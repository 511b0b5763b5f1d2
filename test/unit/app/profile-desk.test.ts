import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMAND_INPUTS } from '#shared/contract';
import { createProfileDesk } from '../../../src/main/app/profile-desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'kuantu-profile-desk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const desk = createProfileDesk(join(folder, 'config.json'));
const sampleOf = (text: string) => ({ file: 'a.xml', content: Buffer.from(text).toString('base64') });
const SAMPLE = sampleOf('<a><b n="1"/><b n="2"/><e>120</e><token>t</token></a>');

describe('profiles from the screen', () => {
  it('come of the values of a sample, which are shown without secrets', async () => {
    expect(desk.sample(SAMPLE)).toEqual({
      ok: true,
      root: 'a',
      encoding: 'utf-8',
      values: [
        { selector: '/a/b[1]/@n', value: '1', line: 1 },
        { selector: '/a/b[2]/@n', value: '2', line: 1 },
        { selector: '/a/e', value: '120', line: 1 },
        { selector: '/a/token', value: null, line: 1 },
      ],
      isCut: false,
    });
    const picks = [{ field: 'session.expiryMs', selector: '/a/e', unit: 's' as const }];
    expect(await desk.save({ ...SAMPLE, name: 'site', picks })).toEqual({ ok: true, warnings: [] });
    const kept = JSON.parse(readFileSync(join(folder, 'profiles', 'site.json'), 'utf8'));
    expect(kept.files.alg_tran_mp.fields['session.expiryMs']).toMatchObject({ selector: '/a/e', unit: 's' });
    // The second kind of file has a sample of its own.
    const todb = {
      ...sampleOf('<t name="x"/>'),
      name: 'site',
      picks: [{ field: 'database.todbName', selector: '/t/@name' }],
    };
    expect(await desk.save(todb)).toEqual({ ok: true, warnings: [] });
    const { profiles, fields } = await desk.list();
    expect(profiles[0]).toMatchObject({ name: 'site', own: true, assumption: false, files: ['alg_tran_mp', 'todb'] });
    expect(fields.find(({ name }) => name === 'svr_mode')).toMatchObject({ kind: 'choice', values: ['0', '1'] });
    expect(await desk.remove('site')).toBe(true);
  });

  it('are refused with the reason', async () => {
    const save = (name: string, field: string, selector: string) =>
      desk.save({ ...SAMPLE, name, picks: [{ field, selector }] });
    const keys = async (name: string, field: string, selector: string) => {
      const result = await save(name, field, selector);
      return result.ok ? ['ok'] : result.problems.map(({ key }) => key);
    };
    expect(await keys('site', 'node.name', '/a/b/@n')).toEqual(['configFile.ambiguousField']);
    expect(await keys('site', 'node.name', '/a/x')).toEqual(['configFile.missingField']);
    expect(await keys('site', 'node.name', '//x')).toEqual(['configFile.wrongProfile']);
    expect(await keys('site', 'node.name', '/z/x')).toEqual(['configFile.otherRoot']);
    expect(await keys('Site', 'node.name', '/a/e')).toEqual(['configFile.wrongProfile']);
    expect(await keys('elements', 'node.name', '/a/e')).toEqual(['configFile.shippedName']);
    expect(await keys('site', 'nope', '/a/e')).toEqual(['configFile.unknownField']);
    expect(desk.sample(sampleOf('<a>'))).toMatchObject({ ok: false, problem: { key: 'configFile.unclosed' } });
    expect(await desk.remove('elements')).toBe(false);
    expect(COMMAND_INPUTS['profiles.sample'].safeParse({ file: 'a', content: 'not base64!' }).success).toBe(false);
  });
});
