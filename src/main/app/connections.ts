import type { Clock } from '#core/clock';
import { askedForSystem, LookEnded } from '#main/checks';
import { createHosts, HostAccessError, type Hosts, type PasswordSource } from '#main/hosts';
import type { ConnectionTest } from '#shared/contract';
import { message, type ServerAccess } from '#shared/domain';
import type { Connections } from './ports.ts';

interface ConnectionsDeps {
  clock: Clock;
  passwords: PasswordSource;
  /** Those in use: what they could not open is tried again once a test has succeeded. */
  hosts: Hosts;
}

/** Tries a server's access over a connection of its own, as a form has it before it is saved. */
export function createConnections({ clock, passwords, hosts }: ConnectionsDeps): Connections {
  async function test(access: ServerAccess, instanceHost: string, accepted?: string): Promise<ConnectionTest> {
    const acceptNewHostKeys = accepted === undefined ? false : { fingerprint: accepted };
    const own = createHosts({ clock, env: process.env, acceptNewHostKeys, passwords });
    const began = clock.monotonicMs();
    try {
      const host = await own.open(access, instanceHost);
      const { system } = await askedForSystem(host);
      hosts.forgetFailures();
      const tookMs = Math.round(clock.monotonicMs() - began);
      return { kind: 'ok', host: host.name, system: system.slice(0, 60), tookMs };
    } catch (error) {
      // Logging in is not enough where no command can be run.
      if (error instanceof LookEnded) {
        const { reason, remedy, evidence } = error.finding;
        return { kind: 'failed', said: reason, remedy, evidence: [...evidence] };
      }
      if (!(error instanceof HostAccessError)) throw error;
      return failureOf(error);
    } finally {
      own.close();
    }
  }
  return { test };
}

function failureOf({ problem, said, remedy, evidence }: HostAccessError): ConnectionTest {
  const param = (name: string) => String(said.params[name] ?? '');
  if (problem === 'unknown-key')
    return { kind: 'unknown-key', host: param('host'), fingerprint: param('fingerprint'), evidence: [...evidence] };
  if (problem === 'changed-key')
    return { kind: 'changed-key', host: param('host'), now: param('now'), expected: param('expected'), remedy };
  return { kind: 'failed', said: message(said.key, said.params), remedy, evidence: [...evidence] };
}
