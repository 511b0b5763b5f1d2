import type { Clock } from '#core/clock';
import type { ServerAccess } from '#shared/domain';
import { createLocalHost } from './local.ts';
import type { Host } from './port.ts';
import { connectSsh } from './ssh-connection.ts';
import { createSshHost } from './ssh-host.ts';

export interface HostsOptions {
  clock: Clock;
  env: NodeJS.ProcessEnv;
  /** Takes a host that nothing is known of at its word, and notes its key. Never for a key that has changed. */
  acceptNewHostKeys: boolean;
}

/** The hosts in use: one connection each, made when it is first needed and shared from then on. */
export interface Hosts {
  /** This machine, without sudo. */
  readonly here: Host;
  /** `instanceHost`: where sshd listens unless the access says otherwise. Rejects with HostAccessError. */
  open(access: ServerAccess, instanceHost: string): Promise<Host>;
  close(): void;
}

export function createHosts({ clock, env, acceptNewHostKeys }: HostsOptions): Hosts {
  const here = createLocalHost({ clock });
  const opened = new Map<string, Promise<Host>>();

  async function make(access: ServerAccess, instanceHost: string): Promise<Host> {
    if (access.type === 'local') return createLocalHost({ clock, sudo: access.sudo });
    const address = access.host ?? instanceHost;
    const client = await connectSsh({ access, address, acceptNewHostKeys, env, clock, thisMachine: here });
    const sudo = access.sudo && access.user !== 'root';
    return createSshHost({ name: `${access.user}@${address}:${access.port}`, client, clock, sudo });
  }

  return {
    here,
    open(access, instanceHost) {
      const key = JSON.stringify([access, instanceHost]);
      let host = opened.get(key);
      if (!host) {
        host = make(access, instanceHost);
        opened.set(key, host);
      }
      return host;
    },
    close() {
      // A connection that could not be made needs no closing.
      for (const host of opened.values()) host.then((each) => each.close()).catch(() => {});
      opened.clear();
    },
  };
}
