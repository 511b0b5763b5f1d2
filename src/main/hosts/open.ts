import type { Clock } from '#core/clock';
import type { ServerAccess } from '#shared/domain';
import { createLocalHost } from './local.ts';
import { type AcceptedKeys, type Host, HostAccessError, type HostAccessProblem, type PasswordSource } from './port.ts';
import { connectSsh } from './ssh-connection.ts';
import { createSshHost } from './ssh-host.ts';

export interface HostsOptions {
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** Takes a host that nothing is known of at its word, and notes its key. Never for a key that has changed. */
  acceptNewHostKeys: AcceptedKeys;
  /** Passwords that are not in the environment; absent: there are none. */
  passwords?: PasswordSource;
}

const NO_PASSWORDS: PasswordSource = { place: async () => 'none', get: async () => null };

/** The hosts in use: one connection each, made when it is first needed, shared from then on, and made anew once it ended. */
export interface Hosts {
  /** This machine, without sudo. */
  readonly here: Host;
  /**
   * `instanceHost`: where sshd listens unless the access says otherwise. Rejects with HostAccessError, for some seconds with
   * the same one: a host that is down is not asked by everybody who asks for it.
   */
  open(access: ServerAccess, instanceHost: string): Promise<Host>;
  /** What could not be opened is tried again by whoever asks next. */
  forgetFailures(): void;
  close(): void;
}

/** How long a failure is answered with: a refused login must not look like somebody who guesses passwords. */
const FAILURE_KEPT_MS: Record<Exclude<HostAccessProblem, 'unreachable'>, number> = {
  'unknown-key': 15_000,
  'changed-key': 15_000,
  'refused-login': 60_000,
  'no-credential': 15_000,
};
/** A host that is not reached is tried again soon, and then in waits that double. */
const UNREACHABLE_KEPT_MS = 3_000;
const LONGEST_UNREACHABLE_MS = 30_000;
/** A connection that nobody used for so long is given up. */
const UNUSED_MS = 600_000;

interface Opened {
  host: Promise<Host>;
  /** Once it is there. */
  made?: Host;
  usedMs: number;
  failures: number;
  /** Until when a failure is not tried again; undefined: there was none. */
  keptUntilMs?: number;
}

function keptMs({ problem }: HostAccessError, failures: number): number {
  if (problem !== 'unreachable') return FAILURE_KEPT_MS[problem];
  return Math.min(UNREACHABLE_KEPT_MS * 2 ** failures, LONGEST_UNREACHABLE_MS);
}

/** Hosts by their access: each connection is made once, kept, and made anew where it was lost. */
export function createHosts({ clock, env, acceptNewHostKeys, passwords = NO_PASSWORDS }: HostsOptions): Hosts {
  const here = createLocalHost({ clock });
  const opened = new Map<string, Opened>();

  async function make(access: ServerAccess, instanceHost: string): Promise<Host> {
    if (access.type === 'local') return createLocalHost({ clock, sudo: access.sudo });
    const address = access.host ?? instanceHost;
    const client = await connectSsh({ access, address, acceptNewHostKeys, env, clock, passwords });
    const sudo = access.sudo && access.user !== 'root';
    return createSshHost({ name: `${access.user}@${address}:${access.port}`, client, clock, sudo });
  }

  function isOfUse({ made, keptUntilMs }: Opened, nowMs: number): boolean {
    if (keptUntilMs !== undefined) return nowMs < keptUntilMs;
    return made?.isOpen() ?? true;
  }

  function begin(access: ServerAccess, instanceHost: string, failures: number): Opened {
    const host = make(access, instanceHost);
    const entry: Opened = { host, usedMs: clock.monotonicMs(), failures };
    host.then(
      (made) => {
        entry.made = made;
        entry.failures = 0;
      },
      (error) => {
        entry.failures = failures + 1;
        entry.keptUntilMs = clock.monotonicMs() + (error instanceof HostAccessError ? keptMs(error, failures) : 0);
      },
    );
    return entry;
  }

  function letUnusedGo(nowMs: number): void {
    for (const [key, { made, usedMs }] of opened) {
      if (!made || nowMs - usedMs < UNUSED_MS) continue;
      opened.delete(key);
      made.close();
    }
  }

  return {
    here,
    open(access, instanceHost) {
      const nowMs = clock.monotonicMs();
      letUnusedGo(nowMs);
      const key = JSON.stringify([access, instanceHost]);
      const before = opened.get(key);
      const entry = before && isOfUse(before, nowMs) ? before : begin(access, instanceHost, before?.failures ?? 0);
      entry.usedMs = nowMs;
      opened.set(key, entry);
      return entry.host;
    },
    forgetFailures() {
      for (const [key, { keptUntilMs }] of opened) if (keptUntilMs !== undefined) opened.delete(key);
    },
    close() {
      // A connection that could not be made needs no closing.
      for (const { host } of opened.values()) host.then((each) => each.close()).catch(() => {});
      opened.clear();
    },
  };
}
