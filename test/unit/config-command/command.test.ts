import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { HELP, parseConfigArguments, runConfigCommand } from '#main/config-command';
import { digestOf, localConfigFiles } from '#main/config-files';
import { fixturePath } from '#test/config-fixtures';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuantu-config-command-'));
  file = join(folder, 'alg_tran_mp.xml');
  copyFileSync(fixturePath('alg_tran_mp.gbk-crlf.xml'), file);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]) {
  const parsed = parseConfigArguments(args);
  if (parsed.kind !== 'run') throw new Error(parsed.kind === 'wrong' ? parsed.line : parsed.kind);
  return runConfigCommand(parsed.options, {
    clock: systemClock,
    files: localConfigFiles(),
    locale: 'en',
    profileDirectory: join(folder, 'profiles'),
  });
}
async function runJson(...args: string[]) {
  const { out, code } = await run(...args, '--json');
  return { code, ...(JSON.parse(out) as Record<string, unknown>) } as Record<string, unknown> & { code: number };
}
const wrong = (...args: string[]) => {
  const parsed = parseConfigArguments(args);
  return parsed.kind === 'wrong' ? parsed.line : parsed.kind;
};
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe('the command line', () => {
  it('says in one line what is wrong with it', () => {
    const end = ' (--help shows the options)';
    expect(wrong()).toBe(
      `config: a command is missing: diff, apply, fields, validate, backups, rollback, profiles, pick${end}`,
    );
    expect(wrong('diff')).toBe(`config: --file FILE is missing${end}`);
    expect(wrong('validate')).toBe(`config: FILE is missing${end}`);
    expect(wrong('fields')).toBe(`config: --profile NAME is missing${end}`);
    expect(wrong('diff', '--file', 'f')).toBe(`config: --set FIELD=VALUE is missing${end}`);
    expect(wrong('diff', '--file', 'f', '--set', 'x')).toBe(`config: "x" is not FIELD=VALUE${end}`);
    expect(wrong('diff', '--file', 'f', '--set', 'x=1')).toBe(
      `config: there is no field "x" (config -- fields lists them)${end}`,
    );
    expect(wrong('rollback', 'f')).toBe(`config: --backup NAME is missing (config -- backups lists them)${end}`);
    expect(wrong('apply', 'f', '--set', 'node.name=a', '--expect-digest', 'x')).toMatch(/SHA-256/);
    expect(wrong('validate', 'f', '--set', 'node.name=a')).toBe(`config: --set is not for validate${end}`);
    expect(wrong('validate', 'f', '--file', 'g')).toMatch(/one file alone/);
    expect(wrong('pick', 'f', '--name', 'x')).toMatch(/belong together/);
    expect(wrong('nope')).toMatch(/^config: there is no command "nope"/);
    expect(wrong('diff', '--nope')).toMatch(/^config: .*--nope/);
    expect(wrong('--help')).toBe('help');
    expect(HELP.split('\n').every((line) => line.length <= 120)).toBe(true);
  });

  it('keeps what comes after the first = as the value', () => {
    const parsed = parseConfigArguments([
      'diff',
      '--file',
      'f',
      '--set',
      'node.name=a=b',
      '--set',
      'zookeeper.chroot=',
    ]);
    expect(parsed).toMatchObject({
      options: {
        settings: [
          { field: 'node.name', value: 'a=b' },
          { field: 'zookeeper.chroot', value: '' },
        ],
      },
    });
  });
});

describe('diff and apply', () => {
  it('show the same change, and make it once', async () => {
    const before = readFileSync(file);
    const args = ['--file', file, '--profile', 'attributes', '--set', 'node.t2.port=7011'];
    const shown = await run('diff', ...args);
    expect(shown).toMatchObject({ code: 0, trouble: '' });
    expect(shown.out).toContain('\n-\t        <t2 port="7001"/> <!-- t2 走 TCP -->\n+\t        <t2 port="7011"/>');
    expect(readFileSync(file).equals(before)).toBe(true);

    const applied = await run('apply', ...args);
    expect(applied).toMatchObject({ code: 0, trouble: '' });
    expect(applied.out.startsWith(shown.out)).toBe(true);
    const expected = before.toString('latin1').replace('<t2 port="7001"/>', '<t2 port="7011"/>');
    expect(readFileSync(file).toString('latin1')).toBe(expected);

    expect(await run('apply', ...args)).toEqual({ out: `${file}: nothing to change\n`, trouble: '', code: 0 });
    expect(readdirSync(folder).length).toBe(2);
  });

  it('tell a program where the values are', async () => {
    const shown = await runJson('diff', '--file', file, '--set', 'node.t2.port=7011', '--set', 'node.name=主备');
    const bytes = readFileSync(file);
    expect(shown).toMatchObject({
      code: 0,
      ok: true,
      kind: 'alg_tran_mp',
      profile: 'attributes',
      assumption: true,
      encoding: 'gbk',
      digest: digestOf(bytes),
      changes: [
        { field: 'node.name', from: 'mt-01', to: '主备', line: 10, column: 21, length: 5, newLength: 4 },
        { field: 'node.t2.port', from: '7001', to: '7011', line: 11, column: 20, length: 4, newLength: 4 },
      ],
      findings: [],
    });
    const [{ offset }] = shown.changes as [{ offset: number }];
    expect(bytes.subarray(offset, offset + 5).toString()).toBe('mt-01');
  });

  it('refuse in words, in both languages, and write nothing', async () => {
    const before = readFileSync(file);
    const refused = await runJson('apply', '--file', file, '--set', 'node.t2.port=0');
    expect(refused).toMatchObject({ code: 1, ok: false, changes: [], diff: [] });
    expect(refused.findings).toMatchObject([
      {
        severity: 'error',
        field: 'node.t2.port',
        line: 11,
        column: 20,
        reason: { 'zh-CN': expect.stringContaining('1 到 65535') },
      },
    ]);
    for (const value of [' mt-01', 'mt-01 ', ' '])
      expect((await run('diff', '--file', file, '--set', `node.name=${value}`)).trouble).toContain(
        'no blanks at either',
      );
    const { trouble, code } = await run('apply', '--file', file, '--profile', 'elements', '--set', 'node.t2.port=7011');
    expect([trouble, code]).toEqual([
      `config: ${file}: the root element is <alg_tran_mp>; the profile elements knows <config>, <Todb>\n`,
      1,
    ]);
    const unknown = await run('diff', '--file', file, '--profile', 'nope', '--set', 'node.t2.port=7011');
    expect(unknown).toEqual({
      out: '',
      trouble: "config: there is no profile nope; there is attributes, elements, or a profile's file by its path\n",
      code: 3,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['alg_tran_mp.xml']);
  });

  it('stop where the file is not what it was, and show three sides as far as they are known', async () => {
    const base = write('looked-at.xml', readFileSync(file));
    const digest = digestOf(readFileSync(file));
    const theirs = readFileSync(file).toString('latin1').replace('<t2 port="7001"/>', '<t2 port="7099"/>');
    writeFileSync(file, Buffer.from(theirs, 'latin1'));
    const args = ['apply', '--file', file, '--set', 'node.t2.port=7011', '--expect-digest', digest];
    const unknown = await run(...args);
    expect(unknown.code).toBe(1);
    expect(unknown.trouble).toMatch(
      /^config: .*somebody has changed the file meanwhile; nothing was done\. What it was/,
    );
    const known = await run(...args, '--base', base);
    expect(known).toMatchObject({
      code: 1,
      trouble: `config: ${file}: somebody has changed the file meanwhile; nothing was done\n`,
    });
    expect(known.out.split('\n')).toEqual([
      '@@ 11 @@',
      `<<<<<<< ${file} (ours)`,
      '\t        <t2 port="7011"/> <!-- t2 走 TCP -->',
      `||||||| ${file} (base)`,
      '\t        <t2 port="7001"/> <!-- t2 走 TCP -->',
      '=======',
      '\t        <t2 port="7099"/> <!-- t2 走 TCP -->',
      `>>>>>>> ${file} (theirs)`,
      '',
    ]);
    expect(readFileSync(file).toString('latin1')).toBe(theirs);
    const right = digestOf(Buffer.from(theirs, 'latin1'));
    expect((await run(...args.slice(0, -1), right)).code).toBe(0);
  });
});

describe('backups and rollback', () => {
  it('bring the file back byte by byte, and can be kept elsewhere', async () => {
    const before = readFileSync(file);
    const elsewhere = mkdtempSync(join(folder, 'backups-'));
    const where = ['--file', file, '--backup-dir', elsewhere];
    await run('apply', ...where, '--set', 'node.t2.port=7011');
    const { backups } = (await runJson('backups', ...where)) as unknown as {
      backups: { name: string; digest: string }[];
    };
    expect(backups).toMatchObject([{ digest: digestOf(before).slice(0, 12) }]);
    const name = backups[0]?.name ?? '';
    expect((await run('backups', ...where)).out).toBe(`${name}\n`);
    const back = await run('rollback', ...where, '--backup', name);
    expect(back.code).toBe(0);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect((await run('rollback', ...where, '--backup', 'nope')).trouble).toBe(
      `config: ${file}: there is no backup nope\n`,
    );
    expect(readdirSync(folder).sort()).toEqual(['alg_tran_mp.xml', elsewhere.slice(folder.length + 1)].sort());
  });
});

describe('validate', () => {
  it('takes XML, profiles and configurations of the console', async () => {
    expect(await run('validate', file)).toEqual({
      out: `${file}: ok (alg_tran_mp, GBK, 18 fields by the profile attributes)\n`,
      trouble: '',
      code: 0,
    });
    const unknown = write('x.xml', '<x/>');
    expect((await run('validate', unknown)).out).toBe(
      `${unknown}: ok (UTF-8; no profile knows the root element <x>, so its form alone was checked)\n`,
    );
    const profile = write(
      'p.json',
      '{"version":1,"name":"x","files":{"todb":{"fields":{"database.port":{"selector":"/a/@b"}}}}}',
    );
    expect(await run('validate', profile)).toMatchObject({ out: `${profile}: ok (a profile)\n`, code: 0 });
    const config = write('c.json', '{"version":1,"environments":[]}');
    expect(await run('validate', config)).toMatchObject({
      out: `${config}: ok (a configuration of the console)\n`,
      code: 0,
    });
    const exported = write('x.json', '{"format":"kuantu-ha-console/environments","version":2,"environments":[]}');
    expect(await run('validate', exported)).toMatchObject({
      out: `${exported}: ok (exported environments)\n`,
      code: 0,
    });
  });

  it('says file, path and reason', async () => {
    const out = async (name: string, content: string | Uint8Array) => {
      const { out: text, code } = await run('validate', write(name, content));
      expect(code).toBe(1);
      expect(text.endsWith('\n')).toBe(true);
      return text.trimEnd().replaceAll(folder, '');
    };
    expect(await out('a.xml', '<a><b></a>')).toBe('config: /a.xml:1:7: the end tag </a> does not fit the open <b>');
    expect(await out('b.xml', '<!DOCTYPE a><a/>')).toBe(
      'config: /b.xml:1:1: a DOCTYPE (DTD, external entities) is not allowed',
    );
    expect(await out('c.xml', '<todb name="x"/>')).toMatch(
      /^config: \/c\.xml:1:1: there is no field database\.type \(\/todb\/database\/@type\)/,
    );
    expect(
      await out('p.json', '{"version":1,"name":"x","files":{"todb":{"fields":{"database.port":{"selector":"b"}}}}}'),
    ).toMatch(
      /^config: \/p\.json:1:80: files\.todb\.fields\['database\.port'\]\.selector: A path from the root element/,
    );
    expect(await out('c.json', '{"version":1,"environments":[{"id":"A"}]}')).toMatch(
      /^config: \/c\.json:1:36: environments\[0\]\.id: Lower-case.*\nconfig: \/c\.json:1:30: environments\[0\]\.name: Required\n/,
    );
    const exported = (more: string) => `{"format":"kuantu-ha-console/environments",\n${more}}`;
    expect(await out('x.json', exported('"version":2,\n"environments":[{"id":"A"}]'))).toMatch(
      /^config: \/x\.json:3:23: \/environments\/0\/id: Lower-case/,
    );
    expect(await out('y.json', exported('"version":9'))).toMatch(
      /^config: \/y\.json:2:11: \/version: Version 9 is not known/,
    );
    expect(await out('d.json', '{"secret": "x"')).toMatch(/^config: \/d\.json:1:15: from here on it is no JSON$/);
    expect(await out('n.json', '{"environments": [],\n  "version": 9}')).toMatch(
      /^config: .*\/n\.json has version 9 \(line 2, column 14\)/,
    );
    expect(await out('d.json', '{"environments":\n[}')).toMatch(/^config: \/d\.json:2:2: from here on it is no JSON$/);
    expect(await out('e.json', '{}')).toMatch(/^config: \/e\.json: is no profile/);
    expect(await out('g.json', Buffer.from('{"environments":[],\n"x":"\u00c3\u00fb"}', 'latin1'))).toBe(
      'config: /g.json:2:6: JSON has to be UTF-8, and this is not',
    );
    expect(await out('f.xml', Buffer.from([0xff, 0xfe, 0x3c, 0x00]))).toMatch(/UTF-16/);
    expect((await run('validate', join(folder, 'none.xml'))).out).toMatch(/none\.xml: there is no such file\n$/);
  });

  it('says on which line of a configuration of the console each thing stands that is wrong', async () => {
    const environment = (id: string, over = {}) => ({
      id,
      name: 'Prod',
      zookeeper: { connectString: 'z:2181' },
      pairs: [
        {
          id: 'oms',
          system: 'o3',
          node: 'mt01',
          instances: [
            { name: 'A', host: '10.0.0.1', t2Port: 7001, f2Port: 7002, credential: null },
            { name: 'B', host: '10.0.0.2', t2Port: 7001, f2Port: 7002, credential: null, ...over },
          ],
        },
      ],
    });
    const text = JSON.stringify(
      { version: 1, environments: [environment('a', { t2Port: 70_010, host: 'no host' })] },
      null,
      2,
    );
    const crlf = text.replaceAll('\n', '\r\n');
    for (const content of [text, crlf, `\ufeff${text}`]) {
      const lines = content.split('\n');
      const { findings } = await runJson('validate', write('c.json', content));
      const stands = (findings as { line: number; column: number }[]).map(({ line, column }) =>
        lines[line - 1]?.slice(column - 1).trim(),
      );
      expect(stands).toEqual(['"no host",', '70010,']);
      expect(findings).toMatchObject([
        {
          reason: {
            en: expect.stringContaining(`:${lineOf(lines, 'no host')}:`),
            'zh-CN': expect.stringContaining('instances[1].host'),
          },
        },
        { reason: { 'zh-CN': expect.stringContaining('instances[1].t2Port') } },
      ]);
    }
    const twins = JSON.stringify({ version: 1, environments: [environment('a'), environment('a')] }, null, 1);
    const { findings } = await runJson('validate', write('c.json', twins));
    expect(findings).toMatchObject([
      { line: twins.split('\n').findLastIndex((line) => line.includes('"id": "a"')) + 1 },
    ]);
  });

  it('warns of a key that stands twice, of which the console reads the last alone', async () => {
    const { out, code } = await run(
      'validate',
      write('c.json', '{"version":1,"environments":[],\n "environments":[]}'),
    );
    expect([out, code]).toMatchObject([
      expect.stringMatching(/^.*: ok .*\nconfig: \(.*c\.json:2:17: \/environments: this key/),
      0,
    ]);
  });
});

function lineOf(lines: readonly string[], text: string): number {
  return lines.findIndex((line) => line.includes(text)) + 1;
}

describe('fields and pick', () => {
  it('list what a profile has, and what a file has for it', async () => {
    const { out } = await run('fields', '--profile', 'attributes');
    expect(out).toMatch(/^# profile attributes \(an assumption: /);
    expect(out).toMatch(
      /\nnode\.t2\.port +port 1-65535 +required +\/alg_tran_mp\/route\/mt_node\/t2\/@port +this server's t2 port \(TCP\)\n/,
    );
    const { fields } = (await runJson('fields', '--file', file)) as unknown as { fields: object[] };
    expect(fields).toContainEqual(
      expect.objectContaining({ field: 'session.expiryMs', value: '120000', text: '120', unit: 's' }),
    );
  });

  it('say once what is set twice', async () => {
    const twice = await run('diff', '--file', file, '--set', 'node.t2.port=7011', '--set', 'node.t2.port=7012');
    expect(twice).toEqual({ out: '', trouble: 'config: the field node.t2.port is set twice\n', code: 1 });
  });

  it("make a profile out of a site's own sample", async () => {
    const sample = write(
      'sample.xml',
      '<cfg><zk>z:2181</zk>\n<mt id="a"><t2>7001</t2></mt><mt id="b"><t2>7001</t2></mt></cfg>',
    );
    expect((await run('pick', sample, '--find', '7001')).out).toBe(
      '2:16  /cfg/mt[@id=\'a\']/t2  "7001"\n2:45  /cfg/mt[@id=\'b\']/t2  "7001"\n',
    );
    const made = join(folder, 'site.json');
    const picks = [
      '--name',
      'site',
      '--field',
      "node.t2.port=/cfg/mt[@id='b']/t2",
      '--field',
      'zookeeper.connectString=/cfg/zk',
    ];
    expect(await run('pick', sample, ...picks, '--out', made)).toMatchObject({ code: 0, trouble: '' });
    expect((await run('validate', made)).code).toBe(0);
    expect((await run('apply', '--file', sample, '--profile', made, '--set', 'node.t2.port=7011')).code).toBe(0);
    expect(readFileSync(sample, 'utf8')).toContain('<mt id="a"><t2>7001</t2></mt><mt id="b"><t2>7011</t2></mt>');
    expect((await run('pick', sample, ...picks, '--out', made)).trouble).toMatch(/EEXIST/);
    const words = await run('pick', write('w.xml', '<a><m>pair</m></a>'), '--name', 'w', '--field', 'svr_mode=/a/m');
    expect([words.code, words.trouble]).toEqual([
      0,
      expect.stringMatching(/^config: \(.*svr_mode is not right: one of: 0, 1\)\n$/),
    ]);
    const ambiguous = await run('pick', sample, '--name', 'site', '--field', 'node.t2.port=/cfg/mt/t2');
    expect([ambiguous.code, ambiguous.trouble]).toEqual([1, expect.stringMatching(/finds 2 values \(lines 2, 2\)/)]);
  });

  it("keep the site's own profiles by name", async () => {
    const sample = write('sample.xml', '<cfg><zk>z:2181</zk><mt><t2>7001</t2></mt></cfg>');
    const picks = ['pick', sample, '--field', 'node.t2.port=/cfg/mt/t2'];
    const own = join(folder, 'profiles', 'site.json');
    expect(await run(...picks, '--name', 'site', '--save')).toEqual({ out: `${own}\n`, trouble: '', code: 0 });
    expect((await run('diff', '--file', sample, '--profile', 'site', '--set', 'node.t2.port=7011')).code).toBe(0);
    // It alone knows the root element.
    expect((await run('diff', '--file', sample, '--set', 'node.t2.port=7011')).out).toContain(
      '+<cfg><zk>z:2181</zk><mt><t2>7011',
    );
    await run(...picks, '--name', 'other', '--save');
    expect((await run('diff', '--file', sample, '--set', 'node.t2.port=7011')).trouble).toMatch(
      /several profiles know/,
    );
    expect((await run(...picks, '--name', 'elements', '--save')).trouble).toMatch(
      /elements is the name of a shipped profile/,
    );
    const { out, code } = await run('profiles');
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.split('  ')[0])).toEqual(['other', 'site', 'attributes', 'elements', '']);
    writeFileSync(own, '{}');
    const broken = await run('profiles');
    expect([broken.code, broken.trouble]).toEqual([1, expect.stringMatching(/site\.json:1:1: version: One of: 1\n$/)]);
    expect(wrong('pick', 'f', '--save')).toMatch(/--out and --save are for --name/);
    expect(wrong('profiles', 'f')).toMatch(/takes no file/);
  });
});
