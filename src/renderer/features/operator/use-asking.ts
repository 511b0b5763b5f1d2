import { useCallback, useState } from 'react';
import { saidOf, useLink } from '#renderer/state';
import type { Command, CommandInput, CommandOutput } from '#shared/contract';
import type { Message } from '#shared/domain';

/** Asks main for a change: whether one is under way, and what was wrong with the last one. */
export function useAsking() {
  const link = useLink();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);

  /** True where main has done it; `onDone` gets what it answered. `timeoutMs`: how long that may take. */
  const ask = useCallback(
    async <C extends Command>(
      command: C,
      input: CommandInput<C>,
      onDone?: (output: CommandOutput<C>) => void,
      timeoutMs?: number,
    ): Promise<boolean> => {
      setBusy(true);
      setProblem(null);
      try {
        const output = await link.call(command, input, timeoutMs);
        onDone?.(output);
        return true;
      } catch (error) {
        setProblem(saidOf(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [link],
  );
  return { ask, busy, problem };
}
