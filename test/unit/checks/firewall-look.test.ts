import { describe, expect, it } from 'vitest';
import type { CommandResult, Host } from '#main/hosts';
import { instanceConfigSchema } from '#shared/domain';
import { firewallVerdict } from '../../../src/main/checks/looks/firewall.ts';
import type { ServerSight } from '../../../src/main/checks/sight.ts';

const saved = (input: string, ...rules: string[]) =>
  ['*filter', `:INPUT ${input} [0:0]`, ':FORWARD ACCEPT [0:0]', ...rules, 'COMMIT', ''].join('\n');
const DROP = '-A INPUT -p tcp -m tcp --dport 7001 -j DROP';

/** A server with iptables alone, between two hosts that are configured as these. */
function verdictOf(rules: { v4: string; v6: string }, here: string, peer: string) {
  const texts: Record<string, string> = { 'iptables-save': rules.v4, 'ip6tables-save': rules.v6 };
  const host = {
    run: async ([program = '']: readonly string[]): Promise<CommandResult> => ({
      kind: program in texts ? 'ended' : 'missing',
      exitCode: program in texts ? 0 : null,
      stdout: Buffer.from(texts[program] ?? ''),
      stderr: '',
      tookMs: 1,
    }),
  };
  const instance = (name: string, address: string) =>
    instanceConfigSchema.parse({ name, host: address, t2Port: 7001, f2Port: 7002 });
  const server = {
    instance: instance('A', here),
    peer: instance('B', peer),
    windows: async () => undefined,
    host: async () => host as unknown as Host,
    fact: (_name: string, make: () => unknown) => make(),
  };
  return firewallVerdict(server as unknown as ServerSight, { protocol: 'tcp', port: 7001 });
}

describe("a server's firewall", () => {
  const open = { v4: saved('ACCEPT'), v6: saved('DROP') };
  const shut = { v4: saved('ACCEPT', DROP), v6: saved('ACCEPT') };

  it('is judged by the family that the hosts are reached by', async () => {
    expect((await verdictOf(open, '10.0.0.1', '10.0.0.2')).says).toBe('passes');
    expect((await verdictOf(open, 'fd00::1', 'fd00::2')).says).toBe('dropped');
    // The peer's name does not tell, the server's own address does.
    expect((await verdictOf(open, '10.0.0.1', 'mt-b')).says).toBe('passes');
    expect(await verdictOf(shut, '10.0.0.1', 'mt-b')).toEqual({ says: 'dropped', lines: [`filter: ${DROP}`] });
  });

  it('lets everything pass where iptables has no table yet', async () => {
    expect(await verdictOf({ v4: '', v6: '' }, '10.0.0.1', '10.0.0.2')).toEqual({ says: 'passes', lines: [] });
  });

  it('is unclear of two names where only one family is dropped, and never passes by chance', async () => {
    expect(await verdictOf(open, 'mt-a', 'mt-b')).toEqual({
      says: 'unclear',
      lines: ['filter: :INPUT DROP [0:0]'],
    });
    expect((await verdictOf(shut, 'mt-a', 'mt-b')).says).toBe('unclear');
    const both = { v4: saved('DROP'), v6: saved('DROP') };
    expect((await verdictOf(both, 'mt-a', 'mt-b')).says).toBe('dropped');
    expect((await verdictOf({ v4: saved('ACCEPT'), v6: saved('ACCEPT') }, 'mt-a', 'mt-b')).says).toBe('passes');
  });
});
