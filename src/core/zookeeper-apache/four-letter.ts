import { connect } from 'node:net';
import type { Clock } from '#core/clock';

const MAX_ANSWER_BYTES = 64 * 1024;

/** Sends one of ZooKeeper's four-letter words and returns the answer; undefined when none comes in time. */
export function fourLetterWord(
  clock: Clock,
  port: number,
  word: string,
  timeoutMs: number,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answer = '';
    const finish = (result: string | undefined) => {
      timer.cancel();
      socket.destroy();
      resolve(result);
    };
    const timer = clock.setTimer(timeoutMs, () => finish(undefined));
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(word));
    socket.on('data', (chunk: string) => {
      answer += chunk;
      if (answer.length > MAX_ANSWER_BYTES) finish(undefined);
    });
    socket.on('end', () => finish(answer || undefined));
    socket.on('error', () => finish(undefined));
  });
}
