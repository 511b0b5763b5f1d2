import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '#main/server-steps';
import { withValues } from '../../../src/main/server-steps/ini.ts';
import { withLine } from '../../../src/main/server-steps/lines.ts';
import { parseChain } from '../../../src/main/server-steps/nft.ts';
import { ofBytes, toBytes } from '../../../src/main/server-steps/text.ts';

/** What a diff makes of lines. */
function patched(lines: readonly string[], diff: string): string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(2, -1)) {
    const header = /^@@ -(\d+),(\d+) /.exec(line);
    if (header) {
      const first = Number(header[1]) - (header[2] === '0' ? 0 : 1);
      result.push(...lines.slice(at, first));
      at = first;
    } else if (line.startsWith('+')) result.push(line.slice(1));
    else {
      expect(lines[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) result.push(line.slice(1));
      at++;
    }
  }
  return [...result, ...lines.slice(at)];
}

const LINE = '/srv/x 10.0.0.12(rw)';
const ABOUT = { field: 0, value: '/srv/x' };

describe('a line in a file of others', () => {
  it('is added at the end, once, whatever stands there', () => {
    for (const text of ['', '# none\n', '/srv/y *(ro)', '/srv/xy 10.0.0.12(rw)\n', '#/srv/x 10.0.0.1(rw)\n']) {
      const { kind, text: added } = withLine(text, LINE, ABOUT);
      expect(kind).toBe('added');
      expect(added.startsWith(text)).toBe(true);
      expect(added.endsWith(`\n${LINE}\n`) || added === `${LINE}\n`).toBe(true);
      expect(withLine(added, LINE, ABOUT)).toEqual({ kind: 'there', text: added });
    }
  });

  it('is there, however its blanks are', () => {
    expect(withLine('/srv/x \t 10.0.0.12(rw)  \n', LINE, ABOUT).kind).toBe('there');
  });

  it.each(['/srv/x 10.0.0.12(ro)', '"/srv/x" *(rw)', '/srv/x/ 10.0.0.12(rw)', '/srv/\\170 10.0.0.1(rw)'])(
    'does not stand beside another on the same thing: %s',
    (other) => {
      expect(withLine(`# a\n${other}\n# b\n`, LINE, ABOUT)).toEqual({ kind: 'foreign', text: `# a\n${LINE}\n# b\n` });
    },
  );

  it('does not become the continuation of another', () => {
    expect(withLine('/srv/y 10.0.0.1(rw) \\\n', LINE, ABOUT).text).toBe(`/srv/y 10.0.0.1(rw) \\\n\n${LINE}\n`);
  });

  it('leaves every byte of others as it was, in whatever encoding', () => {
    const gbk = Buffer.from([0x23, 0x20, 0xbf, 0xed, 0xcd, 0xbe, 0xff, 0x0a]);
    const { text } = withLine(ofBytes(gbk), '/srv/宽途 10.0.0.12(rw)', ABOUT);
    expect(toBytes(text)).toEqual(Buffer.concat([gbk, Buffer.from('/srv/宽途 10.0.0.12(rw)\n')]));
    expect(withLine(text, '/srv/宽途 10.0.0.1(ro)', { field: 0, value: '/srv/宽途' }).kind).toBe('foreign');
  });
});

describe('values in a file of sections', () => {
  const port = { section: 'mountd', name: 'port', value: '20048' };
  it('are added to their section, or with it, and are then there', () => {
    for (const [before, after] of [
      ['', '[mountd]\nport=20048\n'],
      [
        '# x\n[mountd]\n# port=0\nthreads=1\n[statd]\nport=1\n',
        '# x\n[mountd]\nport=20048\n# port=0\nthreads=1\n[statd]\nport=1\n',
      ],
      ['[statd]\nport=1', '[statd]\nport=1\n[mountd]\nport=20048\n'],
    ] as const) {
      expect(withValues(before, [port])).toEqual({ kind: 'added', text: after });
      expect(withValues(after, [port])).toEqual({ kind: 'there', text: after });
    }
  });

  it('are there in another case, with blanks, quotes or a comment', () => {
    for (const text of ['[Mountd]\nPort = 20048 # ours\n', '[ mountd ]\n port="20048"\n'])
      expect(withValues(text, [port])).toEqual({ kind: 'there', text });
  });

  it("are not put over somebody else's", () => {
    expect(withValues('[mountd]\nport=892\nthreads=2\n', [port])).toEqual({
      kind: 'foreign',
      text: '[mountd]\nport=20048\nthreads=2\n',
    });
    const two = [port, { section: 'statd', name: 'port', value: '1' }];
    expect(withValues('[mountd]\nport=892\n', two).kind).toBe('foreign');
    expect(withValues('[statd]\nport=9\n', two).kind).toBe('foreign');
  });
});

describe('a diff', () => {
  it('is what patch makes the one text of the other with', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '# 宽'), { maxLength: 14 });
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const text = (each: string[]) => ofBytes(Buffer.from(each.map((line) => `${line}\n`).join('')));
        expect(patched(one, unifiedDiff('f', text(one), text(other)))).toEqual(other);
      }),
    );
  });

  it('shows three lines around a change, and a file that is new', () => {
    const text = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('');
    expect(unifiedDiff('/etc/x', text, text.replace('\n10\n', '\nten\n'))).toBe(
      '--- /etc/x\n+++ /etc/x\n@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n',
    );
    expect(unifiedDiff('/etc/x', null, 'a\n')).toBe('--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,1 @@\n+a\n');
  });
});

it('rules with comments are found among those of others', () => {
  const text = `table inet filter {
	chain input { # handle 1
		type filter hook input priority filter; policy drop;
		ct state established,related accept # handle 4
		ip saddr 10.0.0.12 tcp dport 2049 counter packets 3 bytes 180 accept comment "kuantu mt-01 nfs tcp" # handle 9
	}
}`;
  expect(parseChain(text)).toEqual([
    { rule: 'ip saddr 10.0.0.12 tcp dport 2049 accept', comment: 'kuantu mt-01 nfs tcp', handle: '9' },
  ]);
});
