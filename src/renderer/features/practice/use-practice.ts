import { useState } from 'react';
import { saidOf, useFleet, useLink } from '#renderer/state';
import type { PracticeFault, PracticeView } from '#shared/contract';
import type { Message } from '#shared/domain';

/** Two processes and a ZooKeeper have to start. */
const START_TIMEOUT_MS = 60_000;

/** The practice environment: its state, what can be done with it, and what went wrong in doing so. */
export function usePractice() {
  const link = useLink();
  const practice = useFleet((fleet): PracticeView | undefined => fleet?.practice);
  const [problem, setProblem] = useState<Message | null>(null);
  const [busy, setBusy] = useState(false);

  /** Whether it went well. */
  async function run(work: () => Promise<unknown>): Promise<boolean> {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      return true;
    } catch (error) {
      setProblem(saidOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }
  return {
    practice,
    busy: busy || practice?.state === 'starting' || practice?.state === 'stopping',
    problem: problem ?? practice?.problem ?? null,
    /** Its pair's key; null: it did not start. */
    startTwin: async (twinOf: string): Promise<string | null> => {
      let started: string | null = null;
      await run(async () => {
        started = (await link.call('practice.start', { twinOf }, START_TIMEOUT_MS)).pairKey;
      });
      return started;
    },
    start: () => run(() => link.call('practice.start', {}, START_TIMEOUT_MS)),
    stop: () => run(() => link.call('practice.stop', {}, START_TIMEOUT_MS)),
    fault: (instance: string, fault: PracticeFault) => run(() => link.call('practice.fault', { instance, fault })),
  };
}
