import { EventEmitter } from 'node:events';
import type { Client } from 'ssh2';
import { expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { createSshHost } from '../../../src/main/hosts/ssh-host.ts';

/** A connection whose server refuses the first sessions, as sshd does while it has not noticed the end of earlier ones. */
class RefusingClient extends EventEmitter {
  asked = 0;
  readonly #refuses: number;
  constructor(refuses: number) {
    super();
    this.#refuses = refuses;
  }
  exec(_line: string, done: (error: Error | undefined, channel?: unknown) => void): void {
    if (this.asked++ < this.#refuses) {
      done(new Error('(SSH) Channel open failure: open failed'));
      return;
    }
    const channel = Object.assign(new EventEmitter(), {
      stderr: new EventEmitter(),
      end: () => {
        channel.emit('exit', 0);
        channel.emit('close');
      },
    });
    done(undefined, channel);
  }
}

async function runOn(client: RefusingClient) {
  const clock = new VirtualClock();
  const host = createSshHost({ name: 'h', client: client as unknown as Client, clock, sudo: false });
  const running = host.run(['true'], { timeoutMs: 1_000 });
  await clock.advance(5_000);
  return running;
}

it('asks again for a session that was refused although none is under way', async () => {
  const client = new RefusingClient(3);
  expect(await runOn(client)).toMatchObject({ kind: 'ended', exitCode: 0 });
  expect(client.asked).toBe(4);
});

it('says that it was refused where it goes on being refused', async () => {
  const client = new RefusingClient(100);
  expect(await runOn(client)).toMatchObject({ kind: 'lost', stderr: expect.stringContaining('open failed') });
  expect(client.asked).toBe(5);
});
