import { describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { fourLetterWord } from '#core/zookeeper-apache';
import { wire } from '#test/zookeeper-wire';
import { type Kit, MARSHALLING, UNIMPLEMENTED } from './kit.ts';

export function connection({ subject, client, withRoot }: Kit): void {
  describe('the connection', () => {
    it('answers in the order of the requests', async () => {
      const { zk, root } = await withRoot();
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => zk.set(root, String(i))));
      expect(answers.map((answer) => answer.body.stat().version)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    });

    it('answers an unknown operation with an error and hangs up', async () => {
      const { zk } = await withRoot();
      expect((await zk.request(999)).err).toBe(UNIMPLEMENTED);
      await zk.closed;
    });

    it('answers a request cut short with an error', async () => {
      const { zk } = await withRoot();
      expect((await zk.request(4, wire.int(1000))).err).toBe(MARSHALLING);
      expect((await zk.exists('/')).err).toBe(0);
    });

    it('takes requests just under one MiB and hangs up on larger ones', async () => {
      const { zk, root } = await withRoot();
      expect((await zk.set(root, 'x'.repeat(1_000_000))).err).toBe(0);
      zk.socket.write(wire.int(0x100000));
      await zk.closed;
      const negative = await client();
      negative.socket.write(wire.int(-5));
      await negative.closed;
    });

    it('answers the four-letter words', async () => {
      await withRoot();
      expect(await fourLetterWord(systemClock, subject().port, 'ruok', 2000)).toBe('imok');
      const srvr = (await fourLetterWord(systemClock, subject().port, 'srvr', 2000)) ?? '';
      expect(srvr).toMatch(/^Zxid: 0x[0-9a-f]+$/m);
      expect(srvr).toMatch(/^Mode: standalone$/m);
      expect(srvr).toMatch(/^Node count: \d+$/m);
    });
  });
}
