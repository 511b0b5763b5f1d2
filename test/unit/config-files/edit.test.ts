import { describe, expect, it, vi } from 'vitest';
import { editDiff, type FieldSetting, parseDocument, planEdit, readFields, shownLines } from '#main/config-files';
import { fixtureDocument, profileNamed } from '#test/config-fixtures';

// The machine may be busy: these are long for unit tests.
vi.setConfig({ testTimeout: 60_000 });

const ROUTE_SETTINGS: FieldSetting[] = [
  { field: 'node.t2.port', value: '17001' },
  { field: 'node.f2.port', value: '7012' },
  { field: 'node.name', value: '主备-01' },
  { field: 'zookeeper.connectString', value: '10.0.0.31:2181' },
  { field: 'session.expiryMs', value: '180000' },
];
const TODB_SETTINGS: FieldSetting[] = [
  { field: 'database.host', value: 'db.internal' },
  { field: 'database.user', value: '宽途二' },
];
const FILES: [string, string, FieldSetting[]][] = [
  ['alg_tran_mp.gbk.xml', 'attributes', ROUTE_SETTINGS],
  ['alg_tran_mp.gbk-crlf.xml', 'attributes', ROUTE_SETTINGS],
  ['alg_tran_mp.gb18030.xml', 'attributes', [...ROUTE_SETTINGS, { field: 'redo.directory', value: '/数据/𠀀㐀' }]],
  ['alg_tran_mp.utf8.xml', 'attributes', ROUTE_SETTINGS],
  ['alg_tran_mp.utf8-bom.xml', 'attributes', ROUTE_SETTINGS],
  ['alg_tran_mp.utf8-crlf.xml', 'attributes', ROUTE_SETTINGS],
  ['alg_tran_mp.large-gbk.xml', 'attributes', ROUTE_SETTINGS],
  ['alg_tran_mp.elements-gb18030.xml', 'elements', [...ROUTE_SETTINGS, { field: 'svr_mode', value: '1' }]],
  ['alg_tran_mp.elements-utf8-crlf.xml', 'elements', ROUTE_SETTINGS],
  ['Todb_mt-01.gbk.xml', 'attributes', TODB_SETTINGS],
  ['Todb_mt-01.utf8-bom-crlf.xml', 'attributes', TODB_SETTINGS],
  ['Todb_mt-01.elements-gbk.xml', 'elements', TODB_SETTINGS],
  ['Todb_mt-01.elements-utf8.xml', 'elements', TODB_SETTINGS],
];

describe('a change of values', () => {
  it.each(FILES)('leaves every other byte of %s', (name, profileName, settings) => {
    const profile = profileNamed(profileName);
    const base = fixtureDocument(name);
    const plan = planEdit(base, profile, settings);
    expect(plan.findings).toEqual([]);
    expect(plan.changes.length).toBe(settings.length);
    let at = 0;
    let shift = 0;
    for (const { range, bytes } of plan.changes) {
      const same = Buffer.from(base.bytes).subarray(at, range.from);
      expect(same.equals(Buffer.from(plan.next.bytes).subarray(at + shift, range.from + shift))).toBe(true);
      shift += bytes.length - (range.to - range.from);
      at = range.to;
    }
    expect(
      Buffer.from(base.bytes)
        .subarray(at)
        .equals(Buffer.from(plan.next.bytes).subarray(at + shift)),
    ).toBe(true);
    const { fields, findings } = readFields(plan.next, profile);
    expect(findings).toEqual([]);
    for (const { field, value } of settings)
      expect([...fields.values()].find((each) => each.name === field)?.value).toBe(value);
  });

  it('is shown as the lines that differ, decoded', () => {
    const plan = planEdit(fixtureDocument('alg_tran_mp.gbk-crlf.xml'), profileNamed('attributes'), [
      { field: 'node.t2.port', value: '7011' },
    ]);
    expect(editDiff(plan)).toEqual([
      '--- alg_tran_mp.gbk-crlf.xml',
      '+++ alg_tran_mp.gbk-crlf.xml',
      '@@ -8,7 +8,7 @@',
      ' \t           session_timeout = "6000" />',
      ' \t<route>',
      ' \t    <mt_node name=\'mt-01\' system="O45" instance=\'A\' host="10.0.0.11">',
      '-\t        <t2 port="7001"/> <!-- t2 走 TCP -->',
      '+\t        <t2 port="7011"/> <!-- t2 走 TCP -->',
      " \t        <f2 port='7002'></f2> <!-- f2 走 UDP -->",
      ' \t    </mt_node>',
      ' \t    <peer host="10.0.0.12">',
    ]);
    expect(plan.changes).toMatchObject([
      { field: 'node.t2.port', from: '7001', to: '7011', place: { line: 11, column: 20 } },
    ]);
  });

  it('hides secrets around it', () => {
    const plan = planEdit(fixtureDocument('Todb_mt-01.elements-gbk.xml'), profileNamed('elements'), [
      { field: 'database.user', value: 'other' },
    ]);
    expect(shownLines(plan.base).length).toBe(shownLines(plan.next).length);
    const text = [...editDiff(plan), ...shownLines(plan.base)].join('\n');
    expect(text).toContain('<value>(hidden)</value>');
    expect(text).not.toContain('not-to-be-shown');
  });

  it('is written in the manner of what was there', () => {
    const written = (servers: string, value: string) => {
      const file = `<config><zookeeper><root>${servers}</root></zookeeper></config>`;
      const [only] = planEdit(parseDocument(Buffer.from(file), 'f.xml'), profileNamed('elements'), [
        { field: 'zookeeper.chroot', value },
      ]).changes;
      const { range, bytes } = only ?? { range: { from: 0, to: 0 }, bytes: Buffer.of() };
      return `${file.slice(25, range.from)}${Buffer.from(bytes)}${file.slice(range.to, -28)}`;
    };
    expect(written('/a', '/b&<]]>')).toBe('/b&amp;&lt;]]&gt;');
    expect(written('\n\t/a\n', '/b')).toBe('\n\t/b\n');
    expect(written('<![CDATA[/a]]>', '/b&]]>')).toBe('<![CDATA[/b&]]]]><![CDATA[>]]>');
    expect(written('<![CDATA[/b&]]]]><![CDATA[>]]>', '/a')).toBe('<![CDATA[/a]]>');
    expect(written('/<![CDATA[a]]>', '/b')).toBe('/b');
    expect(written('', '/b')).toBe('/b');
    expect(written('<!-- x -->', '/b')).toBe('/b<!-- x -->');
    expect(written('/a', '')).toBe('');
  });

  it('opens an element that is closed in itself', () => {
    const file = '<config><zookeeper><root /></zookeeper></config>';
    const plan = planEdit(parseDocument(Buffer.from(file), 'f.xml'), profileNamed('elements'), [
      { field: 'zookeeper.chroot', value: '/a' },
    ]);
    expect(Buffer.from(plan.next.bytes).toString()).toBe(file.replace('<root />', '<root >/a</root>'));
  });
});
