import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  checkProfile,
  FIELD_NAMES,
  fieldDefinition,
  isFieldName,
  openProfiles,
  parseDocument,
  parseProfile,
  pickableValues,
  planEdit,
  profileDirectory,
  profileFields,
  profileKinds,
  profileOfPicks,
  profileRoot,
  readFields,
  SHIPPED_PROFILES,
} from '#main/config-files';
import { CATALOGUES } from '#shared/i18n';
import { fixtureDocument, fixturePath, profileNamed } from '#test/config-fixtures';

// The machine may be busy: these are long for unit tests.
vi.setConfig({ testTimeout: 60_000 });

const FILES = [
  'alg_tran_mp.gbk.xml',
  'alg_tran_mp.elements-gb18030.xml',
  'Todb_mt-01.gbk.xml',
  'Todb_mt-01.elements-utf8.xml',
];

describe('the shipped profiles', () => {
  it('are labelled as assumptions, in both languages, and map every field that a file can have', () => {
    expect(SHIPPED_PROFILES.map(({ name, assumption }) => [name, assumption])).toEqual([
      ['attributes', true],
      ['elements', true],
    ]);
    for (const profile of SHIPPED_PROFILES) {
      expect(profile.description['zh-CN']).toContain('假定');
      expect(profile.description.en).toContain('assumption');
      expect(profileKinds(profile)).toEqual(['alg_tran_mp', 'todb']);
      const mapped = profileKinds(profile).flatMap((kind) => Object.keys(profileFields(profile, kind)));
      expect(mapped.sort()).toEqual([...FIELD_NAMES].sort());
    }
  });

  it('have each field named in the catalogues', () => {
    for (const name of FIELD_NAMES) expect(CATALOGUES.en[`configField.${name}`]).toBeTruthy();
    expect(fieldDefinition('node.t2.port').type).toEqual({ kind: 'port' });
    expect([isFieldName('node.t2.port'), isFieldName('toString')]).toEqual([true, false]);
  });

  it('read the samples without a finding', () => {
    for (const [name, profile] of [
      ['alg_tran_mp.gbk.xml', 'attributes'],
      ['alg_tran_mp.elements-gb18030.xml', 'elements'],
    ] as const) {
      const { kind, fields, findings } = readFields(fixtureDocument(name), profileNamed(profile));
      expect([kind, findings]).toEqual(['alg_tran_mp', []]);
      expect(fields.get('svr_mode')?.value).toBe('0');
      expect(fields.get('node.system')?.value).toBe('O45');
      expect(fields.get('node.host')?.value).toBe('10.0.0.11');
      expect(fields.get('node.f2.port')?.value).toBe('7002');
      expect(fields.get('session.expiryMs')?.value).toBe('120000');
    }
  });
});

describe('a profile', () => {
  const fields = { 'node.name': { selector: '/a/@n' } };
  const problem = (value: unknown) => {
    const checked = checkProfile(value);
    return 'said' in checked ? [checked.path, checked.said.key] : [];
  };

  it('is refused with the place and the reason', () => {
    const files = (more: object) => ({ version: 1, name: 'x', files: { alg_tran_mp: { fields: more } } });
    expect(problem(files(fields))).toEqual([]);
    expect(problem(files({ 'node.name': { selector: '//a' } }))).toEqual([
      "files.alg_tran_mp.fields['node.name'].selector",
      'problem.selector',
    ]);
    expect(problem(files({ 'database.port': { selector: '/a/@n' } }))).toEqual([
      'files.alg_tran_mp.fields',
      'problem.unknownField',
    ]);
    expect(problem(files({ ...fields, 'node.host': { selector: '/b/@n' } }))[1]).toBe('problem.profileRoots');
    expect(problem(files({ ...fields, 'node.host': { selector: '/a/@n' } }))[1]).toBe('problem.sameSelector');
    expect(problem(files({ 'node.name': { selector: '/a/@n', unit: 's' } }))[1]).toBe('problem.unitOfDuration');
    expect(problem(files({ svr_mode: { selector: '/a/@n', values: { 0: 'x' } } }))[1]).toBe('problem.valuesOfChoice');
    expect(problem({ ...files(fields), version: 2 })[0]).toBe('version');
    expect(problem(null)[0]).toBe('(file)');
    expect(() => parseProfile('{', 'p.json')).toThrow('configFile.notJson');
    expect(() => parseProfile('{}', 'p.json')).toThrow('configFile.profileProblem');
  });

  it('comes of pointing at the values of a sample', () => {
    const sample = parseDocument(Buffer.from(SAMPLE), 'sample.xml');
    const { values } = pickableValues(sample);
    const picked = (text: string) => values.find(({ value }) => value === text)?.selector ?? '';
    const made = profileOfPicks('site', {
      'node.name': picked('mt-07'),
      'node.t2.port': picked('9001'),
      'node.f2.port': picked('9002'),
      'zookeeper.connectString': picked('zk:2181'),
    });
    if (!('profile' in made)) throw new Error(JSON.stringify(made));
    expect(profileRoot(made.profile, 'alg_tran_mp')).toBe('cfg');
    const more = profileOfPicks('site', { 'session.expiryMs': { selector: '/cfg/e', unit: 's' } }, made.profile);
    if (!('profile' in more)) throw new Error(JSON.stringify(more));
    expect(profileFields(more.profile, 'alg_tran_mp')).toEqual({
      ...profileFields(made.profile, 'alg_tran_mp'),
      'session.expiryMs': { selector: '/cfg/e', required: true, unit: 's' },
    });
    const plan = planEdit(sample, made.profile, [{ field: 'node.f2.port', value: '9012' }]);
    expect(plan.findings).toEqual([]);
    expect(Buffer.from(plan.next.bytes).toString()).toBe(SAMPLE.replace('>9002<', '>9012<'));
  });
});

const SAMPLE = `<cfg><nodes><node id="mt-06"><ports><port>9001</port></ports></node>
<node id="mt-07" note="x"><p><name>t2</name><v> 9001 </v></p><p><name>f2</name><v>9002</v></p></node></nodes>
<zk>zk:2181</zk><pw password="secret"/></cfg>`.replace('<port>9001</port>', '<port>8001</port>');

describe('the values that can be pointed at', () => {
  it.each(FILES)('have selectors that find each alone: %s', (name) => {
    const document = fixtureDocument(name);
    const { values, isCut } = pickableValues(document);
    expect(isCut).toBe(false);
    expect(new Set(values.map(({ selector }) => selector)).size).toBe(values.length);
    for (const { selector, value } of values) {
      const made = profileOfPicks('one', { 'node.name': selector });
      // A name that is not ours may be anything.
      if (!('profile' in made)) throw new Error(selector);
      const { fields, findings } = readFields(document, made.profile);
      expect(findings.filter(({ said }) => said.key !== 'configFile.wrongValue')).toEqual([]);
      if (value !== null) expect(fields.get('node.name')?.text).toBe(value);
    }
  });

  it('can be searched, and are cut where they are many', () => {
    const document = fixtureDocument('alg_tran_mp.large-gbk.xml');
    expect(pickableValues(document, { most: 10 })).toMatchObject({ isCut: true, values: { length: 10 } });
    expect(pickableValues(document, { find: 'mt_node/t2' }).values).toMatchObject([
      { selector: '/alg_tran_mp/route/mt_node/t2/@port', kind: 'attribute', value: '7001', place: { line: 11 } },
    ]);
  });

  it('keep secrets to themselves', () => {
    const { values } = pickableValues(fixtureDocument('Todb_mt-01.elements-utf8.xml'));
    const secret = values.find(({ selector }) => selector.includes('db.password') && selector.endsWith('/value'));
    expect(secret).toMatchObject({ value: null });
    expect(readFileSync(fixturePath('Todb_mt-01.elements-utf8.xml'), 'utf8')).toContain('not-to-be-shown');
  });
});

describe("a site's own profiles", () => {
  it('are files of a directory beside the configuration, and can be removed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kuantu-profiles-'));
    try {
      const profiles = openProfiles(profileDirectory(join(folder, 'config.json')));
      expect(profiles.directory).toBe(join(folder, 'profiles'));
      expect((await profiles.list()).profiles.map(({ profile }) => profile.name)).toEqual(['attributes', 'elements']);
      const made = profileOfPicks('site', { 'node.name': '/a/@n' });
      if (!('profile' in made)) throw new Error('no profile');
      await profiles.save(made.profile);
      expect(await profiles.find('site')).toEqual(made.profile);
      expect(await profiles.find('../site')).toBeUndefined();
      writeFileSync(join(profiles.directory, 'moved.json'), JSON.stringify(made.profile));
      expect((await profiles.list()).broken.map(({ said }) => said.key)).toEqual(['configFile.otherName']);
      expect([await profiles.remove('site'), await profiles.remove('site'), await profiles.remove('elements')]).toEqual(
        [true, false, false],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
