import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { ConfigFileError, parseDocument, planEdit, readFields } from '#main/config-files';
import { sentence } from '#shared/i18n';
import { fixtureDocument, profileNamed } from '#test/config-fixtures';

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const said = (content: Uint8Array | string) => {
  try {
    parseDocument(Buffer.from(content), 'f.xml');
    return 'ok';
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error;
    return `${error.problem}: ${sentence('en', error.said)}`;
  }
};

describe('bytes that contradict their encoding', () => {
  it.each<[string, Uint8Array, RegExp]>([
    [
      'declared UTF-8',
      bytes('<?xml version="1.0" encoding="UTF-8"?>\n<a>\n x', [0xd6, 0xf7], '</a>'),
      /^encoding: f\.xml:3:3: .*UTF-8, and byte 0xD6/,
    ],
    ['none declared', bytes('<a b="', [0xd6, 0xf7], '"/>'), /^encoding: f\.xml:1:7: declares no encoding.*GBK/],
    ['cut off', bytes('<a/><!--', [0xe4, 0xb8]), /^encoding: f\.xml:1:/],
    [
      'declared GBK',
      bytes('<?xml version="1.0" encoding="GBK"?><a>', [0xff, 0x41], '</a>'),
      /^encoding: f\.xml:1:40: .*GBK, and byte 0xFF/,
    ],
    [
      'GBK with four bytes',
      bytes('<?xml version="1.0" encoding="GBK"?><a>', [0x95, 0x32, 0x82, 0x36], '</a>'),
      /^encoding: f\.xml:1:40: .*four-byte/,
    ],
    [
      'GBK with a mark',
      bytes([0xef, 0xbb, 0xbf], '<?xml version="1.0" encoding="GBK"?><a/>'),
      /^encoding: f\.xml:1:1: .*byte order mark/,
    ],
    ['UTF-16', bytes([0xff, 0xfe], [0x3c, 0x00]), /^encoding: f\.xml:1:1: this is UTF-16/],
    ['UTF-16 without a mark', bytes([0x3c, 0x00, 0x61, 0x00]), /^encoding: f\.xml:1:1: this is UTF-16/],
    [
      'unknown',
      bytes('<?xml version="1.0" encoding="Big5"?><a/>'),
      /^encoding: f\.xml:1:1: the declared encoding is "Big5"/,
    ],
  ])('are refused with the place: %s', (_name, content, expected) => {
    expect(said(content)).toMatch(expected);
  });
});

describe('what is no XML of ours', () => {
  it.each<[string, RegExp]>([
    ['<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', /^forbidden: f\.xml:1:1: a DOCTYPE/],
    [
      '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
      /^forbidden: f\.xml:2:1: a DOCTYPE/,
    ],
    ['<a>&x;</a>', /^malformed: f\.xml:1:4: .*&x;/],
    ['<a>&#0;</a>', /^malformed: f\.xml:1:4: /],
    ['<a b="&"/>', /^malformed: f\.xml:1:7: /],
    ['<a><b></a>', /^malformed: f\.xml:1:7: the end tag <\/a> does not fit the open <b>/],
    ['<a b="1" b="2"/>', /^malformed: f\.xml:1:10: the attribute b/],
    ['<a b=1/>', /^malformed: f\.xml:1:6: .*quotes/],
    ['<a b="<"/>', /^malformed: f\.xml:1:7: /],
    ['<a b="1"c="2"/>', /^malformed: f\.xml:1:9: /],
    ['<a', /^malformed: f\.xml:1:1: /],
    ['<a><!-- x -- y --></a>', /^malformed: f\.xml:1:11: a comment/],
    ['<a><![CDATA[x</a>', /^malformed: f\.xml:1:4: .*\]\]>/],
    ['<a>]]></a>', /^malformed: f\.xml:1:4: /],
    ['<a/><b/>', /^malformed: f\.xml:1:5: another element/],
    ['<a/>x', /^malformed: f\.xml:1:5: text outside/],
    ['x<a/>', /^malformed: f\.xml:1:1: text outside/],
    ['', /^malformed: f\.xml:1:1: holds no element/],
    ['<!-- -->', /^malformed: f\.xml:1:9: holds no element/],
    [' <?xml version="1.0"?><a/>', /^malformed: f\.xml:1:2: an XML declaration/],
    ['<?xml version="1.1"?><a/>', /^forbidden: f\.xml:1:1: XML 1\.0/],
    ['<?xml encoding="utf-8"?><a/>', /^malformed: f\.xml:1:1: the XML declaration/],
    ['<a>\u0001</a>', /^malformed: f\.xml:1:4: .*number 1\)/],
    ['<a>\ufffe</a>', /^malformed: f\.xml:1:4: .*65534/],
    ['<é\u00d7/>', /^malformed: f\.xml:1:2: a name/],
    [`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`, /^forbidden: f\.xml:1:193: .*64 deep/],
  ])('is refused with the place: %j', (content, expected) => {
    expect(said(content)).toMatch(expected);
  });

  it('has at most a thousand attributes on one element', () => {
    const attributes = (count: number) => Array.from({ length: count }, (_, index) => ` a${index}="x"`).join('');
    expect(said(`<a${attributes(1_000)}/>`)).toBe('ok');
    expect(said(`<a${attributes(1_001)}/>`)).toMatch(/^forbidden: f\.xml:1:1: more than 1000 attributes/);
  });

  it('is not read beyond 16 MiB', () => {
    expect(said(`<a>${' '.repeat(16 * 1024 * 1024)}</a>`)).toMatch(/^too-large: f\.xml: has \d+ bytes/);
  });

  it('is not what is merely unusual', () => {
    for (const content of [
      `${'<a>'.repeat(64)}${'</a>'.repeat(64)}`,
      '<?xml version = \'1.0\' standalone="yes" ?><!-- a --><?p?><?p x?><名 é="x"/>\n<!-- b -->',
      '<a b = "1"\r\n\tc=\'>"\' >]]&gt; > <![CDATA[<&]]]]><![CDATA[>]]></a >',
      '<x:a xmlns:x="y"><x:a/></x:a>',
      '<a>&#x1F600;&#9;&amp;</a>',
    ])
      expect(said(content)).toBe('ok');
  });
});

describe('fields', () => {
  const profile = profileNamed('attributes');
  const findings = (...settings: [string, string][]) =>
    planEdit(
      fixtureDocument('alg_tran_mp.gbk.xml'),
      profile,
      settings.map(([field, value]) => ({ field, value })),
    ).findings.map(({ severity, said: text }) => `${severity}: ${sentence('en', text)}`);

  it('take values of their kind alone', () => {
    for (const value of ['', '0', '65536', '07001', '7001 ', '-1', '1e3', 'x'])
      expect(findings(['node.t2.port', value])).toEqual([
        'error: alg_tran_mp.gbk.xml:11:20: the field node.t2.port cannot have this value: a whole number from 1 to 65535, without leading zeros',
      ]);
    expect(findings(['svr_mode', '2'])[0]).toMatch(/one of: 0, 1$/);
    expect(findings(['node.name', 'a/b'])[0]).toMatch(/no slashes/);
    expect(findings(['node.host', 'a b'])[0]).toMatch(/host name/);
    expect(findings(['zookeeper.connectString', 'a:0'])[0]).toMatch(/host:port/);
    expect(findings(['zookeeper.chroot', 'a'])[0]).toMatch(/starts with a slash/);
    expect(findings(['session.expiryMs', '1500'])[0]).toMatch(/multiple of 1000/);
    expect(findings(['node.name', 'a\nb'])[0]).toMatch(/control characters/);
    expect(findings(['node.name', 'x'.repeat(2_000)])[0]).toMatch(/at most 1024/);
    expect(findings(['mount.directory', ' '])[0]).toMatch(/a path/);
    expect(findings(['node.name', '㐀'])[0]).toMatch(/GBK does not have: "㐀" \(U\+3400\)/);
    expect(findings(['svr_mode', '1'], ['svr_mode', '0'])[0]).toMatch(/set twice/);
    expect(findings(['database.port', '1'])[0]).toMatch(/has no field database\.port in alg_tran_mp files/);
  });

  it('are not made the wrong way round unnoticed', () => {
    expect(findings(['node.t2.port', '7002'])).toEqual([expect.stringMatching(/^error: .*the same port 7002/)]);
    expect(findings(['peer.host', '10.0.0.11'])).toEqual([expect.stringMatching(/^error: .*two servers would be one/)]);
    const swapped = findings(['node.t2.port', '7002'], ['node.f2.port', '7001']);
    expect(swapped).toEqual([
      expect.stringMatching(/^error: .*most likely swapped/),
      expect.stringMatching(/^warning: .*this change swaps/),
    ]);
  });

  it('that are not there, twice there, or in pieces are told with the place', () => {
    const read = (content: string) =>
      readFields(parseDocument(Buffer.from(content), 'f.xml'), profile).findings.map(({ said: text }) =>
        sentence('en', text),
      );
    const route = (node: string) =>
      `<alg_tran_mp>\n<server svr_mode="0"/><zookeeper connect="z:1"/>\n<route>${node}</route></alg_tran_mp>`;
    const t2 = '<t2 port="1"/>';
    const f2 = '<f2 port="2"/>';
    expect(read(route(`<mt_node name="a" host="h">${t2}${f2}</mt_node>`))).toEqual([]);
    expect(read(route(`<mt_node name="a" host="h">${f2}</mt_node>`))).toEqual([
      'f.xml:3:8: there is no field node.t2.port (/alg_tran_mp/route/mt_node/t2/@port): /t2/@port is missing here. Add it to the file first, then change it',
    ]);
    expect(read(route(`<mt_node name="a" host="h">${t2}\n${t2}${f2}</mt_node>`))[0]).toMatch(
      /^f\.xml:3:45: .*node\.t2\.port.* finds 2 values \(lines 3, 4\)/,
    );
    expect(read(route(`<mt_node name="a" host="h"><t2 port="x"/>${f2}</mt_node>`))).toEqual([
      'f.xml:3:45: the value of the field node.t2.port is not right: a whole number from 1 to 65535, without leading zeros',
    ]);
    const elements = profileNamed('elements');
    const config = '<config><zookeeper><servers>z:<!-- x -->1</servers></zookeeper></config>';
    const [finding] = readFields(parseDocument(Buffer.from(config), 'f.xml'), elements).findings.filter(
      ({ field }) => field === 'zookeeper.connectString',
    );
    expect(finding?.said.key).toBe('configFile.interruptedField');
  });
});

/** What the other parser says: text that is no XML for it, or a DOCTYPE, is refused. */
function isRefusedByAnother(text: string): boolean {
  const parser = new SaxesParser({ xmlns: false });
  let isRefused = false;
  const refuse = () => {
    isRefused = true;
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.write(text).close();
  return isRefused;
}

describe('any damage', () => {
  const samples = ['alg_tran_mp.gbk.xml', 'alg_tran_mp.elements-gb18030.xml', 'alg_tran_mp.utf8-bom.xml'].map(
    fixtureDocument,
  );
  const profiles = [profileNamed('attributes'), profileNamed('elements'), profileNamed('attributes')];

  it('is an error of ours or findings, never anything else, and never makes a change elsewhere', () => {
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('<>&"\'/=[]!-?; \n')));
    const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom('set', 'cut', 'insert'), byte, fc.nat(40)), {
      minLength: 1,
      maxLength: 3,
    });
    let parsed = 0;
    fc.assert(
      fc.property(fc.nat(2), damage, (index, damages) => {
        let content = Buffer.from(samples[index]?.bytes ?? []);
        for (const [where, how, value, length] of damages) {
          const at = where % (content.length + 1);
          const rest = content.subarray(how === 'insert' ? at : at + (how === 'set' ? 1 : length));
          content = Buffer.concat([content.subarray(0, at), how === 'cut' ? Buffer.alloc(0) : Buffer.of(value), rest]);
        }
        try {
          const document = parseDocument(content, 'f.xml');
          parsed += 1;
          const profile = profiles[index] ?? profileNamed('attributes');
          const plan = planEdit(document, profile, [{ field: 'node.t2.port', value: '4711' }]);
          expect(plan.next.bytes.length - content.length).toBe(
            plan.changes.reduce((sum, { range, bytes: written }) => sum + written.length - (range.to - range.from), 0),
          );
        } catch (error) {
          if (!(error instanceof ConfigFileError)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(parsed).toBeGreaterThan(50);
  }, 60_000);

  it('is judged as another parser judges it', () => {
    const pieces = [
      '<a>',
      '</a>',
      '<a/>',
      '<b c="1">',
      '</b>',
      "d='2'",
      '<!--',
      '-->',
      '--',
      '<![CDATA[',
      ']]>',
      '&amp;',
      '&',
      '&#65;',
      '<?p ',
      '?>',
      '<',
      '>',
      '/',
      '"',
      "'",
      '=',
      ' ',
      '\n',
      'x',
      '名',
      '<!DOCTYPE a>',
      ';',
      '<?xml version="1.0"?>',
      '\ufeff',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (parts) => {
        const inner = parts.join('');
        for (const text of [inner, `<a>${inner}</a>`, `<a ${inner}/>`]) {
          const isRefused = said(text) !== 'ok';
          expect([text, isRefused]).toEqual([text, isRefusedByAnother(text)]);
        }
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);
});
