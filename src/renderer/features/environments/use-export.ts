import { useState } from 'react';
import { saidOf, useLink } from '#renderer/state';
import type { Message } from '#shared/domain';
import { download } from './download.ts';

/** Exports environments into a file; null: all of them. */
export function useExport(): { run(ids: string[] | null): Promise<void>; problem: Message | null } {
  const link = useLink();
  const [problem, setProblem] = useState<Message | null>(null);
  return {
    problem,
    async run(ids) {
      setProblem(null);
      try {
        const { fileName, text } = await link.call('environments.export', { ids });
        download(fileName, text);
      } catch (error) {
        setProblem(saidOf(error));
      }
    },
  };
}
