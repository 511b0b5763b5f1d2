import { type DataSync, type Message, message } from '#shared/domain';
import { type PlaceOf, reached } from './run.ts';

const FILE_TIMEOUT_MS = 6_000;
/** A machine's own number, and that of its running kernel, which two machines never share. */
const FILES = ['/etc/machine-id', '/proc/sys/kernel/random/boot_id'] as const;

export interface MachineFinding {
  /** `warn`: two machines, one made from the other's image. */
  result: 'pass' | 'warn' | 'fail' | 'unknown';
  reason: Message;
  remedy: Message | null;
  evidence: string[];
}

/** Whether the two servers are two: addresses may differ and the machine be one. */
export async function lookAtMachines({ servers }: DataSync, placeOf: PlaceOf): Promise<MachineFinding> {
  const [a, b] = await Promise.all(servers.map(({ name }) => identityOf(name, placeOf)));
  const names = { a: servers[0].name, b: servers[1].name };
  const evidence = [a, b].flatMap((each, index) => (each ?? ['?']).map((line) => `${servers[index]?.name}: ${line}`));
  const finding = (result: MachineFinding['result'], what: string): MachineFinding => ({
    result,
    reason: message(`dataSync.machine.${what}`, names),
    remedy: result === 'pass' ? null : message(`dataSync.machine.remedy.${what}`, names),
    evidence,
  });
  if (!a || !b) return finding('unknown', 'notAsked');
  const isSame = (index: number) => a[index] !== undefined && a[index] !== '' && a[index] === b[index];
  if (isSame(1)) return finding('fail', 'same');
  return isSame(0) ? finding('warn', 'cloned') : finding('pass', 'two');
}

async function identityOf(server: string, placeOf: PlaceOf): Promise<string[] | null> {
  const at = await reached(placeOf, server);
  if (!('host' in at)) return null;
  const results = await Promise.all(FILES.map((file) => at.host.run(['cat', file], { timeoutMs: FILE_TIMEOUT_MS })));
  // Not every system has the first.
  if (results[1]?.exitCode !== 0) return null;
  return results.map(({ stdout }) => stdout.toString('utf8').trim());
}
