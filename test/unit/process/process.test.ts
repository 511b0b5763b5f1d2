import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bootId,
  ProcessReadError,
  type ProcessSystem,
  parseStat,
  readProcess,
  readProcessIdentity,
} from '#core/process';

const BOOT = '3cf706cf-7d9b-4e68-9717-fd460b13e64b';
const stat = (pid: number, command: string, state = 'S', startTime = '1234', threads = 1, flags = 4194304) =>
  `${pid} (${command}) ${state} 1 1 1 0 -1 ${flags} 1 0 0 0 0 0 0 0 20 0 ${threads} 0 ${startTime} 1 1 18446744073709551615\n`;

function linux(
  files: Record<string, string>,
  links: Record<string, string> = {},
  probe: ProcessSystem['probe'] = () => 'absent',
): ProcessSystem {
  const all: Record<string, string> = { '/proc/sys/kernel/random/boot_id': `${BOOT}\n`, ...files };
  const namespaces: Record<string, string> = {
    '/proc/self/ns/pid': 'pid:[4026531836]',
    '/proc/self/ns/time': 'time:[4026531834]',
    ...links,
  };
  const get = async (from: Record<string, string>, path: string) => {
    const text = from[path];
    if (text === undefined) throw Object.assign(new Error(`ENOENT ${path}`), { code: 'ENOENT' });
    return text;
  };
  return {
    platform: 'linux',
    readText: (path) => get(all, path),
    readLink: (path) => get(namespaces, path),
    probe,
    run: () => Promise.reject(new Error('no tools on Linux')),
  };
}

/** Another platform whose tools answer with the given texts, in order. */
function tools(platform: NodeJS.Platform, probe: ReturnType<ProcessSystem['probe']>, ...outputs: string[]) {
  const asked: (readonly string[])[] = [];
  const system: ProcessSystem = {
    ...linux({}),
    platform,
    probe: () => probe,
    async run(file, args) {
      asked.push([file, ...args]);
      const output = outputs.shift();
      if (output === undefined) throw new Error('tool failed');
      return output;
    },
  };
  return { system, asked };
}

describe('a line of /proc/PID/stat', () => {
  test('gives pid, state, threads and start time whatever the command is called', () => {
    const commands = fc.oneof(fc.string(), fc.constantFrom(') S 1', '((', 'a b) Z 9 (c', '\n)', ''));
    fc.assert(
      fc.property(
        commands,
        fc.nat(4_000_000),
        fc.constantFrom(...'RSDZTtXI'),
        fc.nat(),
        (command, pid, state, start) => {
          expect(parseStat(stat(pid + 1, command, state, String(start), 3))).toEqual({
            pid: pid + 1,
            stateLetter: state,
            flags: 4194304,
            threads: 3,
            startTime: String(start),
          });
        },
      ),
    );
  });

  test('that is none gives null and never throws', () => {
    const digit = /^\d+ \(/;
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!digit.test(text)) expect(parseStat(text)).toBeNull();
      }),
    );
    for (const text of ['', '1', '1 (a', '1 (a)', '1 (a) S', 'x (a) S 1', stat(1, 'a', 'S', 'soon'), stat(1, 'a', '?')])
      expect(parseStat(text)).toBeNull();
  });

  test('cut before the end of the start time is none', () => {
    const whole = stat(77, 'node', 'S', '987654');
    for (let end = 0; end <= whole.indexOf('987654') + 6; end++) expect(parseStat(whole.slice(0, end))).toBeNull();
  });
});

describe('Linux', () => {
  test.each([
    ['S', 1, 'running'],
    ['R', 9, 'running'],
    ['D', 1, 'running'],
    ['T', 9, 'stopped'],
    ['t', 1, 'stopped'],
    ['Z', 1, 'dead'],
    ['X', 1, 'dead'],
    // The first thread has ended and others serve on.
    ['Z', 4, 'running'],
  ])('state %s with %i threads is %s', async (letter, threads, state) => {
    const system = linux({ '/proc/5/stat': stat(5, 'mt', letter, '88', threads) });
    expect(await readProcess(5, system)).toEqual({
      found: true,
      identity: { bootId: BOOT, pid: 5, startTime: '88' },
      state,
    });
  });

  test('a process on its way out is ending, and dead once it is a zombie', async () => {
    for (const [letter, state] of [
      ['R', 'ending'],
      ['D', 'ending'],
      ['Z', 'dead'],
    ] as const)
      expect(await readProcess(5, linux({ '/proc/5/stat': stat(5, 'mt', letter, '88', 1, 4194308) }))).toMatchObject({
        state,
      });
  });

  test('a pid that neither /proc nor a signal knows is not found', async () => {
    expect(await readProcess(5, linux({}))).toEqual({ found: false });
    await expect(readProcessIdentity(5, linux({}))).rejects.toBeInstanceOf(ProcessReadError);
  });

  test('a process hidden from /proc is not taken for gone', async () => {
    for (const answer of ['hidden', 'exists'] as const)
      await expect(
        readProcess(
          5,
          linux({}, {}, () => answer),
        ),
      ).rejects.toBeInstanceOf(ProcessReadError);
  });

  test('in a container the boot id names its pid namespace: the same pid elsewhere is another process', async () => {
    const contained = await bootId(linux({}, { '/proc/self/ns/pid': 'pid:[4026532999]' }));
    expect(contained).toBe(`${BOOT}+pid:4026532999`);
    expect(await bootId(linux({}))).toBe(BOOT);
  });

  test('garbage in place of what the kernel writes is an error, never an answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        await expect(readProcess(5, linux({ '/proc/5/stat': text }))).rejects.toBeInstanceOf(ProcessReadError);
        const system = linux({ '/proc/sys/kernel/random/boot_id': text });
        await expect(readProcess(5, system)).rejects.toBeInstanceOf(ProcessReadError);
      }),
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('%d is not a pid and is never signalled', async (pid) => {
    const system = linux({}, {}, () => {
      throw new Error('signalled');
    });
    await expect(readProcess(pid, system)).rejects.toThrow('not a pid');
  });
});

describe('systems without /proc', () => {
  const uuid = 'A3CF706C-7D9B-4E68-9717-FD460B13E64B';

  test('macOS: boot session, start time and state by its own tools, without a shell', async () => {
    const { system, asked } = tools('darwin', 'exists', `${uuid}\n`, 'T+   Mon Jan  5 09:30:00 2026    \n');
    expect(await readProcess(7, system)).toEqual({
      found: true,
      identity: { bootId: uuid.toLowerCase(), pid: 7, startTime: 'Mon Jan 5 09:30:00 2026' },
      state: 'stopped',
    });
    expect(asked.at(-1)?.slice(-2)).toEqual(['-p', '7']);
  });

  test('Windows: machine and boot time stand for the boot id', async () => {
    const { system } = tools('win32', 'hidden', `${uuid}\r\n20260105012500\r\n`, '134000000000000000\r\n');
    expect(await readProcess(7, system)).toEqual({
      found: true,
      identity: { bootId: `${uuid.toLowerCase()}/20260105012500`, pid: 7, startTime: '134000000000000000' },
      state: 'running',
    });
  });

  test('no such pid is told without asking for its start time', async () => {
    const { system, asked } = tools('win32', 'absent', `${uuid}\r\n20260105012500\r\n`);
    expect(await readProcess(7, system)).toEqual({ found: false });
    expect(asked).toHaveLength(1);
  });

  test('a tool that fails or answers something else is an error, never an answer', async () => {
    for (const outputs of [[], ['?'], [`${uuid} 20260105012500`, 'soon']])
      await expect(readProcess(7, tools('win32', 'exists', ...outputs).system)).rejects.toBeInstanceOf(
        ProcessReadError,
      );
    for (const outputs of [[], ['?'], [uuid, ''], [uuid]])
      await expect(readProcess(7, tools('darwin', 'exists', ...outputs).system)).rejects.toBeInstanceOf(
        ProcessReadError,
      );
    await expect(bootId(tools('aix', 'exists').system)).rejects.toThrow('aix');
  });
});
