import { homedir, hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock, systemRandom } from '#core/clock';
import type { Logger } from '#core/logging';
import { configPath, statePath } from '#main/environments';
import { SECRETS_FILE, type SecretCipher } from '#main/secrets';
import type { AppOptions } from './app.ts';
import { createParts } from './parts.ts';

/** What both shells take on their command line. */
export interface AppArguments {
  config?: string | undefined;
  stateDir?: string | undefined;
  /** Keeps the journal in memory. */
  ephemeral: boolean;
}

/** The app's options on this very machine: its real time and parts, and where its files are. `cipher`: the shell's own. */
export function machineOptions(args: AppArguments, log: Logger, cipher?: SecretCipher): AppOptions {
  const machine = { platform: process.platform, env: process.env, home: homedir() };
  const stateDir = args.stateDir === undefined ? statePath(machine) : resolve(args.stateDir);
  const ownConfig = args.stateDir === undefined ? configPath(machine) : join(stateDir, 'config.json');
  return {
    configFile: { path: args.config ? resolve(args.config) : ownConfig, mustExist: args.config !== undefined },
    journalFile: args.ephemeral ? null : join(stateDir, 'journal.db'),
    setupDirectory: args.ephemeral ? null : join(stateDir, 'setup'),
    consoleName: `${hostname()} (${process.pid})`,
    clock: systemClock,
    random: systemRandom,
    log,
    parts: createParts({
      clock: systemClock,
      random: systemRandom,
      log,
      secretsFile: args.ephemeral ? null : join(stateDir, SECRETS_FILE),
      cipher,
    }),
  };
}
