import { z } from 'zod';
import type { ProcessReading } from '#core/process';
import type { Host } from '#main/hosts';
import { message } from '#shared/domain';
import { LookEnded, unknown } from '../finding.ts';
import type { ProcessReader } from '../process-check.ts';
import { jsonIn } from './answers.ts';
import { askedOfWindows } from './power-shell.ts';
import { processScript } from './scripts.ts';

const answerSchema = z.object({
  /** As an instance on Windows registers them: the machine's own id and the moment of the last boot, the start as a file time. */
  machine: z.string().regex(/^[0-9A-Fa-f-]{36}$/),
  booted: z.string().regex(/^\d{14}$/),
  found: z.boolean(),
  started: z
    .string()
    .regex(/^\d{1,20}$/)
    .nullable(),
});

/** The processes of a Windows server, by PowerShell. Rejects with LookEnded where it cannot say. */
export function createWindowsReader(host: Host, timeoutMs: number): ProcessReader {
  let boot: string | undefined;

  async function ask(pid: number) {
    const request = { name: `Get-Process -Id ${pid}`, script: processScript(pid), timeoutMs };
    return askedOfWindows(host, request, (text) => answerSchema.safeParse(jsonIn(text)).data);
  }
  const bootOf = ({ machine, booted }: z.infer<typeof answerSchema>) => `${machine.toLowerCase()}/${booted}`;

  return {
    async bootId() {
      boot ??= bootOf(await ask(0));
      return boot;
    },
    async read(pid): Promise<ProcessReading> {
      const answer = await ask(pid);
      if (!answer.found) return { found: false };
      // Of a process of somebody else's it may be told that it is there, and no more.
      if (answer.started === null) throw new LookEnded(unknown(message('check.process.hidden', { pid })));
      return { found: true, identity: { bootId: bootOf(answer), pid, startTime: answer.started }, state: 'running' };
    },
  };
}
