import { useState } from 'react';
import { saidOf, useLink } from '#renderer/state';
import type { Command, CommandInput } from '#shared/contract';
import type { Message } from '#shared/domain';

/** Asks main for a change: whether one is under way, and what was wrong with the last one. */
export function useAsking() {
  const link = useLink();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Message | null>(null);

  /** True where main has done it. */
  async function ask<C extends Command>(command: C, input: CommandInput<C>): Promise<boolean> {
    setBusy(true);
    setProblem(null);
    try {
      await link.call(command, input);
      return true;
    } catch (error) {
      setProblem(saidOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return { ask, busy, problem };
}
