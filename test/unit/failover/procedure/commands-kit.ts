import type { CommandEnd, RunCommand } from '#main/commands';
import type { SwitchoverRecord } from '#shared/domain';
import type { ScriptedSwitchover } from '#test/scripted-switchover';

/** A command of the site's that does what it is for, and one that does not. */
export const ok: CommandEnd = { kind: 'exit', exitCode: 0, output: 'powered off' };
export const failing: CommandEnd = { kind: 'exit', exitCode: 7, output: 'no route to host' };

/** Ends after some time, or when it is cut off. */
export function takes(world: ScriptedSwitchover, ms: number, end: CommandEnd): RunCommand {
  return (_command, { timeoutMs, signal }) =>
    new Promise((resolve) => {
      const timer = world.clock.setTimer(Math.min(ms, timeoutMs), () =>
        resolve(ms > timeoutMs ? { kind: 'timeout', output: '' } : end),
      );
      signal.addEventListener('abort', () => {
        timer.cancel();
        resolve({ kind: 'cut-off', output: '' });
      });
    });
}

export const stepOf = (record: SwitchoverRecord, name: string) => record.steps.find((step) => step.name === name);
