import { type Clock, sleep } from '#core/clock';
import { FUNCTIONS } from '#shared/domain';
import { readReplySchema } from '#shared/protocol';
import { keysOf } from './outcomes.ts';
import type { ClientCall } from './write-load.ts';

const KEYS_A_CALL = 500;
const READ_TIMEOUT_MS = 2_000;
const RETRY_MS = 50;

/**
 * Reads a run's writes back by 990003 from whoever serves: how many orders there are of each key, 255 and more as 255.
 * Reading changes nothing, so a piece without an answer is asked for again. Rejects where that lasts `timeoutMs`.
 */
export async function readBack(
  run: string,
  length: number,
  { clock, call, timeoutMs }: { clock: Clock; call: ClientCall; timeoutMs: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const times = new Uint8Array(length);
  for (let from = 0; from < length; from += KEYS_A_CALL) {
    const keys = keysOf(run, from, Math.min(from + KEYS_A_CALL, length));
    const found = await readPiece(keys, { clock, call, timeoutMs });
    keys.forEach((key, offset) => {
      times[from + offset] = Math.min(found.get(key) ?? 0, 255);
    });
  }
  return times;
}

async function readPiece(
  keys: string[],
  { clock, call, timeoutMs }: { clock: Clock; call: ClientCall; timeoutMs: number },
): Promise<Map<string, number>> {
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  for (;;) {
    const outcome = await call(FUNCTIONS.practiceRead, { keys }, READ_TIMEOUT_MS);
    const reply = outcome?.class === 'ok' ? readReplySchema.safeParse(outcome.reply).data : undefined;
    if (reply) return new Map(reply.orders.map(({ key, times }) => [key, times]));
    if (clock.monotonicMs() > deadlineMs)
      throw new Error(`nobody lets the writes be read back: ${outcome?.detail ?? 'nobody serves'}`);
    await sleep(clock, RETRY_MS);
  }
}
