import { describe, expect, it } from 'vitest';
import { parseCommandLine, USAGE } from '../../../src/mtnode/cli.ts';

const who = ['--system', 's', '--node', 'mt', '--instance', 'A', '--zookeeper', 'h:1', '--data-dir', 'd'];
const parse = (...args: string[]) => parseCommandLine([...who, ...args]);

describe('the command line', () => {
  it('keeps no data unless a mount is given', () => {
    expect(parse()).toMatchObject({ kind: 'run', data: undefined });
    expect(parse('--mount', '/mnt/b')).toMatchObject({ data: { mount: '/mnt/b', todb: null } });
    expect(parse('--single', '--data', '--todb', 'Todb_mt.xml')).toMatchObject({
      data: { mount: null, todb: 'Todb_mt.xml' },
    });
  });

  it('takes how data is kept', () => {
    const options = { syncMode: 'async', lossBound: 7, mountTimeoutMs: 300, confirmTimeoutMs: 200, maxLossRecords: 9 };
    const disk = { diskTimeoutMs: 700 };
    const given = [
      '--sync-mode',
      'async',
      '--loss-bound',
      '7',
      '--mount-timeout-ms',
      '300',
      '--confirm-timeout-ms',
      '200',
      '--disk-timeout-ms',
      '700',
    ];
    expect(parse('--mount', 'm', ...given, '--max-loss', '9', '--segment-bytes', '8192')).toMatchObject({
      options: { ...options, ...disk, segmentBytes: 8_192, snapshotRecords: 200_000 },
    });
  });

  it('registers the ports where it listens, unless others are mapped to them (F3)', () => {
    expect(parse()).toMatchObject({ options: { advertisedT2Port: 0, advertisedF2Port: 0 } });
    const mapped = ['--advertise-t2-port', '7001', '--advertise-f2-port', '7002'];
    expect(parse(...mapped)).toMatchObject({
      options: { t2Port: 0, advertisedT2Port: 7_001, advertisedF2Port: 7_002 },
    });
  });

  it.each([
    ['--advertise-t2-port', ['--advertise-t2-port', '70000']],
    ['--todb', ['--todb', 'Todb_mt.xml']],
    ['--data', ['--data']],
    ['--sync-mode', ['--mount', 'm', '--sync-mode', 'maybe']],
    ['--loss-bound', ['--mount', 'm', '--loss-bound', '-1']],
    ['--segment-bytes', ['--mount', 'm', '--segment-bytes', '10']],
  ])('says what is wrong with %s', (option, args) => {
    const parsed = parse(...args);
    expect(parsed.kind === 'wrong' && parsed.message).toContain(option);
  });

  it('explains every option that it takes', () => {
    const taken = ['--mount', '--data', '--sync-mode', '--loss-bound', '--mount-timeout-ms', '--confirm-timeout-ms'];
    for (const option of [
      ...taken,
      '--disk-timeout-ms',
      '--max-loss',
      '--todb',
      '--segment-bytes',
      '--snapshot-records',
      '--practice',
    ])
      expect(USAGE).toMatch(new RegExp(`^  ${option} `, 'm'));
  });
});
