import { join } from 'node:path';
import type { ServerConfig } from '#shared/domain';
import type { PracticeMount } from './mount.ts';

/** The temporary directory of a workstation may be well filled: only one that is full keeps a standby from following. */
const MIN_FREE_PERCENT = 1;

/**
 * What the checks are told of the server that a practice instance runs on: this machine, with a link that stands for the
 * mount of the other one's share. `todbFile` null: it has no database.
 */
export function practiceServer(folder: string, mount: PracticeMount, todbFile: string | null): ServerConfig {
  return {
    access: { type: 'local', sudo: false },
    mount: {
      source: mount.share,
      target: mount.directory,
      type: 'link',
      options: [],
      writable: true,
      minFreePercent: MIN_FREE_PERCENT,
    },
    redoDirectory: join(folder, 'share'),
    ...(todbFile === null ? {} : { todbFile }),
  };
}
