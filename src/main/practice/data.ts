import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseConfig } from '#core/local-database';
import type { SyncMode } from '#shared/domain';

/** How the pair keeps its data. */
export interface PracticeDataOptions {
  /** Default `sync`. */
  syncMode?: SyncMode;
  /** Mode `async`: so many acknowledged records, at most, are not confirmed by a standby that keeps up. Default the node's. */
  lossBound?: number;
  /** An automatic switchover, whoever drives it, may lose at most so many acknowledged records. Default 0. */
  maxLossRecords?: number;
  /** Size of a redo segment. Default the node's. */
  segmentBytes?: number;
  /** A dat snapshot after so many records. Default the node's. */
  snapshotRecords?: number;
  /** What both Todb files name (F7). Default `sqlite`: a file in the practice environment's own directory. */
  database?: 'sqlite' | 'none' | DatabaseConfig;
}

/** The local database that the instances write to; null: none. `directory` is the practice environment's. */
export function databaseOf(options: PracticeDataOptions, directory: string): DatabaseConfig | null {
  const { database = 'sqlite' } = options;
  if (database === 'none') return null;
  if (database === 'sqlite') return { type: 'sqlite', file: join(directory, 'database', 'kuantu.db') };
  return database;
}

/** Writes the instance's own Todb file, which says the same for both (F7). Returns where it is. */
export async function writeTodbFile(
  directory: string,
  node: string,
  instance: string,
  database: DatabaseConfig,
): Promise<string> {
  const folder = join(directory, 'config', instance);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (database.type === 'sqlite') await mkdir(join(database.file, '..'), { recursive: true, mode: 0o700 });
  // Windows takes none of these in a file's name.
  const file = join(folder, `Todb_${node.replace(/[<>:"|?*\\]/g, '_')}.xml`);
  await writeFile(file, todbXml(node, database), { mode: 0o600 });
  return file;
}

/** What every start of an instance gets on its command line for its data. */
export function dataArguments(options: PracticeDataOptions, mount: string, todb: string | null): string[] {
  const { syncMode, lossBound, maxLossRecords, segmentBytes, snapshotRecords } = options;
  return [
    ...['--mount', mount],
    ...(syncMode === undefined ? [] : ['--sync-mode', syncMode]),
    ...(lossBound === undefined ? [] : ['--loss-bound', String(lossBound)]),
    ...(maxLossRecords === undefined ? [] : ['--max-loss', String(maxLossRecords)]),
    ...(segmentBytes === undefined ? [] : ['--segment-bytes', String(segmentBytes)]),
    ...(snapshotRecords === undefined ? [] : ['--snapshot-records', String(snapshotRecords)]),
    ...(todb === null ? [] : ['--todb', todb]),
  ];
}

function todbXml(node: string, database: DatabaseConfig): string {
  const attributes = Object.entries(database).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<todb name="${escaped(node)}">\n  <database ${attributes.join(' ')}/>\n</todb>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
