import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePs } from '../../../src/main/checks/parsers/processes.ts';
import {
  type InstanceNames,
  likenessOf,
  processesNaming,
  secondProcesses,
} from '../../../src/main/checks/second-process.ts';

const NAMES: InstanceNames = { instance: 'A', node: 'mt-01' };
const OWN = 'node src/mtnode/main.ts --system O45 --node mt-01 --instance A --data-dir /var/lib/mt-a --t2-port 7001';

describe('two command lines', () => {
  it.each([
    ['once more', OWN, 'same'],
    ['with other ports and another log level', `${OWN.replace('7001', '7009')} --log-level debug`, 'same'],
    ['from another place', OWN.replace('src/', '/opt/mt/src/').replace('node', '/usr/bin/node'), 'same'],
    ['in another order', 'node src/mtnode/main.ts --data-dir /var/lib/mt-a --instance A --node mt-01', 'same'],
    ['with = in place of spaces', OWN.replace(/ (?=[^- ]*( --|$))/g, ' '), 'same'],
    ['of the other instance', OWN.replace('--instance A', '--instance B'), 'other'],
    ['of another node', OWN.replace('mt-01', 'mt-02'), 'other'],
    ['of another system', OWN.replace('O45', 'O32'), 'other'],
    ['in another directory', OWN.replace('mt-a', 'mt-a2'), 'other'],
    ['without the name', OWN.replace(' --instance A', ''), 'other'],
    ['of another script', OWN.replace('main.ts', 'other.ts'), 'other'],
    ['of another program', OWN.replace('node', 'python3'), 'other'],
    ['of a shell that starts it', `sh -c ${OWN}`, 'other'],
    ['of npm that starts it', `npm run mtnode --system O45 --node mt-01 --instance A`, 'other'],
    ['that is empty', '', 'other'],
  ])('are of one instance or not: %s', (_what, other, likeness) => {
    expect(likenessOf(OWN, other, NAMES)).toBe(likeness);
  });

  it('that name the node alone are told apart by where they run', () => {
    const own = '/opt/mt/bin/mt_server --node mt-01';
    expect(likenessOf(own, own, NAMES)).toBe('by-place');
    expect(likenessOf(own, `${own} --dir /b`, NAMES)).toBe('by-place');
    expect(likenessOf(`${own} --dir /a`, `${own} --dir /b`, NAMES)).toBe('other');
  });

  it('that name nothing must be the same, and run in the same place where no path tells', () => {
    expect(likenessOf('./mt_server', './mt_server', NAMES)).toBe('by-place');
    expect(likenessOf('./mt_server -c conf/mt.xml', './mt_server -c conf/mt.xml', NAMES)).toBe('by-place');
    expect(likenessOf('mt_server -c /etc/mt/1.xml', 'mt_server -c /etc/mt/1.xml', NAMES)).toBe('likely');
    expect(likenessOf('mt_server -c /etc/mt/1.xml', 'mt_server -c /etc/mt/2.xml', NAMES)).toBe('other');
    expect(likenessOf('mt_server -n 3', 'mt_server -n 4', NAMES)).toBe('other');
    // A directory of logs is shared by many.
    expect(likenessOf('mt_server --log /var/log/mt', 'mt_server --log /var/log/mt', NAMES)).toBe('by-place');
  });

  it('of Windows are read with their quotes, whatever their letters’ case', () => {
    const own = '"C:\\Program Files\\MT\\mt.exe" --node mt-01 --instance A --dir "D:\\mt data"';
    expect(likenessOf(own, own.replace('"C:\\Program Files\\MT\\mt.exe"', 'MT.EXE'), NAMES)).toBe('same');
    expect(likenessOf(own, own.replace('D:\\mt data', 'D:\\mt other'), NAMES)).toBe('other');
  });

  it('may be any text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => void likenessOf(a, b, NAMES)));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const own = `x --instance A ${text}`;
        expect(likenessOf(own, own, NAMES)).not.toBe('other');
      }),
    );
  });
});

describe('a second process', () => {
  const found = (text: string, pid = 40) => {
    const listed = parsePs(`PID PPID ELAPSED COMMAND\n${text}`) ?? [];
    const own = listed.find((process) => process.pid === pid);
    if (!own) throw new Error('not listed');
    return secondProcesses(listed, own, NAMES).map(({ process, likeness }) => `${process.pid} ${likeness}`);
  };

  it('is found where npm and a shell have started each of them', () => {
    const text = `1 0 9:00 /sbin/init
38 1 5:00 npm run mtnode --system O45 --node mt-01 --instance A
39 38 5:00 sh -c ${OWN}
40 39 5:00 ${OWN}
48 1 1:00 npm run mtnode --system O45 --node mt-01 --instance A
49 48 1:00 sh -c ${OWN}
50 49 1:00 ${OWN}
60 1 1:00 ${OWN.replace('--instance A', '--instance B').replace('mt-a', 'mt-b')}`;
    expect(found(text)).toEqual(['50 same']);
  });

  it('is none of its own family: those that started it, its workers, and those of a master that is like it', () => {
    const text = `20 1 5:00 ${OWN}
40 20 5:00 ${OWN}
41 40 5:00 ${OWN}
42 20 5:00 ${OWN}
43 42 5:00 ${OWN}`;
    expect(found(text)).toEqual([]);
    expect(found(text, 20)).toEqual([]);
  });

  it('is no worker of a supervisor that happens to be the same program', () => {
    const text = `20 1 5:00 node /usr/bin/pm2 start\n40 20 5:00 ${OWN}\n50 20 1:00 ${OWN}`;
    expect(found(text)).toEqual(['50 same']);
  });

  it('is told once, with its workers left out', () => {
    expect(found(`40 1 5:00 ${OWN}\n50 1 1:00 ${OWN}\n51 50 1:00 ${OWN}\n52 51 1:00 ${OWN}`)).toEqual(['50 same']);
  });

  it('does not go round in circles', () => {
    expect(found(`40 41 5:00 ${OWN}\n41 40 5:00 sh\n50 51 1:00 ${OWN}\n51 50 1:00 sh`)).toEqual(['50 same']);
  });
});

describe('processes that carry the names', () => {
  it('are what runs, not what starts it or looks at it', () => {
    const text = `PID PPID COMMAND
38 1 npm run mtnode --node mt-01 --instance A
39 38 sh -c ${OWN}
40 39 ${OWN}
41 40 ${OWN}
50 1 grep mt-01 A
51 1 vi mt-01 A
52 1 ${OWN.replace('--instance A', '--instance B')}`;
    expect(processesNaming(parsePs(text) ?? [], NAMES).map(({ pid }) => pid)).toEqual([40]);
  });
});
