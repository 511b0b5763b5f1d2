import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTodbFile } from '#core/local-database';
import { dataArguments, databaseOf, writeTodbFile } from '../../../src/main/practice/data.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu <&"data"'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("the practice environment's data", () => {
  it('is written to one SQLite file when nothing is said', () => {
    expect(databaseOf({}, '/p')).toEqual({ type: 'sqlite', file: join('/p', 'database', 'kuantu.db') });
    expect(databaseOf({ database: 'none' }, '/p')).toBeNull();
  });

  it('is described alike by both Todb files (F7), wherever they are', async () => {
    const postgresql = { type: 'postgresql', host: '::1', port: 6000, database: 'k"<&>', user: 'u' } as const;
    for (const database of [databaseOf({}, directory), postgresql]) {
      if (!database) throw new Error('there must be one');
      const files = [];
      for (const name of ['A', 'B'])
        files.push(await readTodbFile(await writeTodbFile(directory, 'mt-practice', name, database)));
      expect(files.map((file) => file.database)).toEqual([database, database]);
      expect(files[0]?.digest).toBe(files[1]?.digest);
      expect(files[0]?.name).toBe('mt-practice');
    }
  });

  it('is asked for on the command line', () => {
    expect(dataArguments({}, '/m', null)).toEqual(['--mount', '/m']);
    const figures = { lossBound: 5, maxLossRecords: 7, segmentBytes: 4_096, snapshotRecords: 100 };
    const all = { syncMode: 'async', ...figures } as const;
    expect(dataArguments(all, '/m', '/t.xml').join(' ')).toBe(
      '--mount /m --sync-mode async --loss-bound 5 --max-loss 7 --segment-bytes 4096 --snapshot-records 100 --todb /t.xml',
    );
  });
});
