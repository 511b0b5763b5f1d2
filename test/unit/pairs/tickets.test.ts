import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { Tickets } from '../../../src/main/pairs/tickets.ts';

const LIFE_MS = 60_000;

describe('the ticket of a preflight', () => {
  const make = () => {
    const clock = new VirtualClock();
    let count = 0;
    return { clock, tickets: new Tickets(clock, { next: () => 0, uuid: () => `t${++count}` }, () => LIFE_MS) };
  };

  it('counts for its instance and its minute', async () => {
    const { clock, tickets } = make();
    const { token, expiresAtMs } = tickets.issue('B');
    expect(expiresAtMs).toBe(clock.wallMs() + LIFE_MS);
    expect([tickets.isValid('B', token), tickets.isValid('A', token), tickets.isValid('B', 'x')]).toEqual([
      true,
      false,
      false,
    ]);
    await clock.advance(LIFE_MS);
    expect(tickets.isValid('B', token)).toBe(false);
  });

  it('counts once, and only the latest', () => {
    const { tickets } = make();
    const first = tickets.issue('B').token;
    const second = tickets.issue('B').token;
    expect([tickets.isValid('B', first), tickets.isValid('B', second)]).toEqual([false, true]);
    tickets.spend();
    expect(tickets.isValid('B', second)).toBe(false);
  });
});
