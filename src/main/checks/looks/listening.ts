import { message } from '#shared/domain';
import { commandTrouble, type Finding, failed, LookEnded, passed, unknown } from '../finding.ts';
import { type ListeningPort, parseProcNet, parseSs } from '../parsers/sockets.ts';
import { LOOK_TIMEOUT_MS, type ServerSight, WINDOWS_TIMEOUT_MS } from '../sight.ts';
import { windowsPorts } from '../windows/answers.ts';
import { askedOfWindows } from '../windows/power-shell.ts';
import { PORTS_SCRIPT } from '../windows/scripts.ts';

const SS = ['ss', '-l', '-n', '-t', '-u', '-p'];
const PROC_TCP = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];
const PROC_UDP = ['cat', '/proc/net/udp', '/proc/net/udp6'];
const SOCKETS_BYTES = 4 * 1024 * 1024;

/** Whether something listens on the instance's port at its own server: t2 is TCP, f2 is UDP (F3). */
export async function lookAtListening(server: ServerSight, name: 't2' | 'f2'): Promise<Finding> {
  const protocol = name === 't2' ? 'tcp' : 'udp';
  const port = name === 't2' ? server.own.t2Port : server.own.f2Port;
  const params = { name, protocol, port };
  const found = (await listeningOf(server)).filter((each) => each.protocol === protocol && each.port === port);
  if (found.length === 0)
    return failed(
      message('check.listening.none', params),
      [`ss: no ${protocol} port ${port}`],
      message('check.remedy.listening', params),
    );
  const evidence = found.map(({ line }) => line);
  const elsewhere = found.every(({ address }) => /^(127\.|::1$)/.test(address));
  if (elsewhere && !/^(127\.|::1$|localhost$)/.test(server.own.host))
    return failed(message('check.listening.loopback', params), evidence, message('check.remedy.listening', params));
  return passed(message('check.listening.ok', params), evidence);
}

/** What is listened on at a server, once a run. Rejects with LookEnded where that cannot be found out. */
export function listeningOf(server: ServerSight): Promise<ListeningPort[]> {
  return server.fact('listening', async () => {
    const windows = await server.windows();
    if (windows)
      return askedOfWindows(
        windows,
        { name: 'Get-NetTCPConnection, Get-NetUDPEndpoint', script: PORTS_SCRIPT, timeoutMs: WINDOWS_TIMEOUT_MS },
        windowsPorts,
      );
    const host = await server.host();
    const options = { timeoutMs: LOOK_TIMEOUT_MS, outputBytes: SOCKETS_BYTES };
    const ss = await host.run(SS, options);
    if (ss.kind === 'ended' && ss.exitCode === 0) return parseSs(ss.stdout.toString('utf8'));
    const [tcp, udp] = await Promise.all([host.run(PROC_TCP, options), host.run(PROC_UDP, options)]);
    // Without IPv6 there is one file of each alone, and cat ends with 1.
    const trouble = commandTrouble(PROC_TCP, tcp, [0, 1]) ?? commandTrouble(PROC_UDP, udp, [0, 1]);
    const text = tcp.stdout.toString('latin1');
    // Where both fail, a server without ss is told of what became of the second way.
    const insteadOfSs = trouble ?? unknown(message('check.listening.unreadable'));
    if (trouble || !text.includes('local_address'))
      throw new LookEnded(ss.kind === 'missing' ? insteadOfSs : (commandTrouble(SS, ss) ?? insteadOfSs));
    return [...parseProcNet('tcp', text), ...parseProcNet('udp', udp.stdout.toString('latin1'))];
  });
}
