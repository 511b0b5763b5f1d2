import type { CommandEnd, RunCommand } from '#main/commands';
import type { InstanceCommands } from '#shared/domain';
import type { SimPair } from './pair.ts';
import type { SimProcess } from './process.ts';
import { SeededRandom } from './random.ts';
import { INSTANCES, type Setting } from './setting.ts';

const SHORTEST_MS = 20;
const LONGEST_MS = 400;
const FAILS = 0.2;
const TIMEOUT_MS = 3_000;

/**
 * What a site lets the console run for an instance; undefined: nothing. Whoever has nodes that do not stop by themselves
 * has something that stops them.
 */
export function siteCommands({ fence, selfFence }: Pick<Setting, 'fence' | 'selfFence'>): InstanceCommands | undefined {
  if (fence === 'none' && selfFence) return undefined;
  const program = (name: string, ...more: string[]) => ({
    arguments: [`/site/${name}`, '{instance}', ...more],
    timeoutMs: TIMEOUT_MS,
  });
  return {
    ...(fence === 'none'
      ? {}
      : { fence: { ...program('fence', '{pid}', '{operation}'), required: fence === 'required' } }),
    ...(selfFence ? {} : { stop: program('stop', '{pid}') }),
    start: program('start'),
  };
}

/**
 * The site's programs as a console runs them: the fence ends that very process, also on a host that is off, and at times
 * fails before it does; what was run goes on when its console is gone.
 */
export function siteRunner(pair: SimPair, own: SimProcess): RunCommand {
  const random = new SeededRandom(pair.world.setting.seed, `commands of ${own.name} for ${pair.node}`);
  return async (command, { timeoutMs, signal }) => {
    const [program, name, pid, operation = ''] = command;
    const instance = pair.instance(INSTANCES.find((each) => each === name) ?? 'A');
    const tookMs = random.between(SHORTEST_MS, LONGEST_MS);
    const fails = random.chance(FAILS);
    const end = await cutShort(own, tookMs, timeoutMs, signal);
    if (end) return end;
    if (fails) return { kind: 'exit', exitCode: 1, output: 'the site’s program failed' };
    pair.say(`${own.name} has run ${command.join(' ')}`);
    if (program === '/site/start') instance.start();
    else {
      if (instance.process?.pid === Number(pid)) instance.kill();
      if (program === '/site/fence') pair.invariants.conduct.policy.fenced(operation);
    }
    return { kind: 'exit', exitCode: 0, output: '' };
  };
}

function cutShort(
  own: SimProcess,
  tookMs: number,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CommandEnd | undefined> {
  return new Promise((resolve) => {
    const done = own.clock.setTimer(Math.min(tookMs, timeoutMs), () => {
      signal.removeEventListener('abort', cut);
      resolve(tookMs <= timeoutMs ? undefined : { kind: 'timeout', output: '' });
    });
    const cut = () => {
      done.cancel();
      resolve({ kind: 'cut-off', output: '' });
    };
    if (signal.aborted) cut();
    else signal.addEventListener('abort', cut, { once: true });
  });
}
