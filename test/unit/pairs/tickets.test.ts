import { describe, expect, it } from 'vitest';
import { VirtualClock } from '#test/virtual-clock';
import { TICKET_LIFE_MS, Tickets } from '../../../src/main/pairs/tickets.ts';

describe('the ticket of a preflight', () => {
  const make = () => {
    const clock = new VirtualClock();
    let count = 0;
    return { clock, tickets: new Tickets(clock, { next: () => 0, uuid: () => `t${++count}` }) };
  };

  it('counts for its instance and its minute', async () => {
    const { clock, tickets } = make();
    const { token, expiresAtMs } = tickets.issue('B');
    expect(expiresAtMs).toBe(clock.wallMs() + TICKET_LIFE_MS);
    expect([tickets.isValid('B', token), tickets.isValid('A', token), tickets.isValid('B', 'x')]).toEqual([
      true,
      false,
      false,
    ]);
    await clock.advance(TICKET_LIFE_MS);
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
