import { type Clock, sleep, systemClock } from '#core/clock';
import { bootId, type ProcessReading, readProcess } from '#core/process';
import { type Message, message, type ProcessIdentity } from '#shared/domain';
import { LookEnded } from './finding.ts';
import type { ProcessCheck, ProcessCheckResult } from './port.ts';

/** This machine's processes, as the check asks for them. Both reject where the machine cannot say. */
export interface ProcessReader {
  bootId(): Promise<string>;
  read(pid: number): Promise<ProcessReading>;
}

export interface ProcessCheckOptions {
  /** Default: this machine. */
  reader?: ProcessReader;
  clock?: Clock;
  /** How often, and in which waits, a process on its way out is looked at again. */
  ending?: { looks: number; waitMs: number };
}

/** A killed process closes its connections some ms before it is gone: whoever heard of the close asks in between. */
const ENDING = { looks: 50, waitMs: 1 };

const thisMachine: ProcessReader = { bootId: () => bootId(), read: (pid) => readProcess(pid) };

/**
 * Makes the check that looks for a registered process on this machine. It proves something only where the registered
 * boot id is this machine's present one: any other may belong to another machine, and then a missing pid means nothing.
 * Never rejects: what cannot be read is `nothing`, with the reason.
 */
export function createProcessCheck(options: ProcessCheckOptions = {}): ProcessCheck {
  const { reader = thisMachine, clock = systemClock, ending = ENDING } = options;
  return async (identity) => {
    try {
      const here = await reader.bootId();
      if (here !== identity.bootId) return nothing(message('check.process.otherBoot', { pid: identity.pid }));
      return judge(identity, await readSettled(reader, clock, ending, identity.pid));
    } catch (error) {
      if (error instanceof LookEnded) return nothing(error.finding.reason);
      const reason = error instanceof Error ? error.message : String(error);
      return nothing(message('check.process.unreadable', { pid: identity.pid, reason: reason.slice(0, 200) }));
    }
  };
}

/** The reading, looking again for a moment while the process is on its way out. */
async function readSettled(
  reader: ProcessReader,
  clock: Clock,
  { looks, waitMs }: { looks: number; waitMs: number },
  pid: number,
): Promise<ProcessReading> {
  for (let look = 1; ; look++) {
    const reading = await reader.read(pid);
    if (!reading.found || reading.state !== 'ending' || look === looks) return reading;
    await sleep(clock, waitMs);
  }
}

function judge(identity: ProcessIdentity, reading: ProcessReading): ProcessCheckResult {
  const { pid, startTime } = identity;
  if (!reading.found) return gone(message('check.process.gone', { pid }));
  if (reading.identity.bootId !== identity.bootId) return nothing(message('check.process.otherBoot', { pid }));
  if (reading.identity.startTime !== startTime) return gone(message('check.process.pidReused', { pid }));
  if (reading.state === 'dead') return gone(message('check.process.zombie', { pid }));
  return { says: 'alive', frozen: reading.state === 'stopped', reason: message(ALIVE_KEYS[reading.state], { pid }) };
}

const ALIVE_KEYS = {
  running: 'check.process.alive',
  stopped: 'check.process.frozen',
  ending: 'check.process.ending',
} as const;

const gone = (reason: Message): ProcessCheckResult => ({ says: 'gone', frozen: false, reason });
const nothing = (reason: Message): ProcessCheckResult => ({ says: 'nothing', frozen: false, reason });
