import { describe, expect, it } from 'vitest';
import { ConfirmationBook, ConfirmationSender, LookHints } from '#mtnode/sync';

const at = (lsn: number, atEpoch = 3) => ({ dataId: 'data-b', atEpoch, lsn });
const said = (durableLsn: number, acknowledgedLsn: number, confirmedLsn?: number, dataId = 'data-b') => ({
  ...{ durableLsn, acknowledgedLsn },
  confirmed: confirmedLsn === undefined ? undefined : { dataId, lsn: confirmedLsn },
});

describe('what a standby confirms', () => {
  it('is nothing before something was received', () => {
    const sender = new ConfirmationSender();
    sender.heard(said(10, 5));
    expect([sender.take(0), sender.dueAtMs()]).toEqual([undefined, undefined]);
  });

  it('is sent at once, and again every 50 ms until the primary has taken note', () => {
    const sender = new ConfirmationSender();
    sender.received(at(10));
    sender.heard(said(10, 5));
    expect([sender.take(0), sender.take(49), sender.take(50), sender.dueAtMs()]).toEqual([
      at(10),
      undefined,
      at(10),
      100,
    ]);
    sender.heard(said(10, 10));
    expect([sender.take(100), sender.dueAtMs(), sender.take(1_050)]).toEqual([undefined, 1_050, at(10)]);
  });

  it('is repeated too while the primary has more', () => {
    const sender = new ConfirmationSender();
    sender.received(at(10));
    sender.heard(said(12, 10));
    expect([sender.take(0), sender.dueAtMs()]).toEqual([at(10), 50]);
    sender.received(at(11));
    expect([sender.take(1), sender.take(2), sender.dueAtMs()]).toEqual([at(11), undefined, 51]);
  });

  it('once a second is all that a primary hears that says nothing of itself', () => {
    const sender = new ConfirmationSender();
    sender.received(at(10));
    expect([sender.take(0), sender.take(999), sender.take(1_000)]).toEqual([at(10), undefined, at(10)]);
  });

  it('is repeated every five seconds where the primary says that it has it, of this very directory', () => {
    const sender = new ConfirmationSender();
    sender.received(at(10));
    expect(sender.take(0)).toEqual(at(10));
    sender.heard(said(10, 10, 10, 'data-c'));
    expect(sender.dueAtMs()).toBe(1_000);
    sender.heard(said(10, 10, 9));
    expect(sender.dueAtMs()).toBe(1_000);
    sender.heard(said(10, 10, 10));
    expect([sender.take(1_000), sender.dueAtMs(), sender.take(5_000)]).toEqual([undefined, 5_000, at(10)]);
    sender.heard(said(11, 10, 10));
    expect(sender.dueAtMs()).toBe(5_050);
    sender.forget();
    sender.received(at(10, 4));
    expect([sender.take(6_000), sender.dueAtMs()]).toEqual([at(10, 4), 7_000]);
  });

  it('begins anew with another epoch', () => {
    const sender = new ConfirmationSender();
    sender.received(at(10));
    sender.heard(said(50, 10));
    expect(sender.take(0)).toEqual(at(10));
    sender.received(at(10, 4));
    expect([sender.take(1), sender.dueAtMs()]).toEqual([at(10, 4), 1_001]);
    sender.forget();
    expect(sender.take(5_000)).toBeUndefined();
  });
});

describe('what a primary takes for confirmed', () => {
  it('is the highest of its epoch, by directory', () => {
    const book = new ConfirmationBook(3, 'data-a');
    expect([book.take(at(10), 20), book.take(at(8), 20), book.of('data-b'), book.of('data-c')]).toEqual([
      true,
      true,
      10,
      undefined,
    ]);
    expect(book.take({ ...at(5), dataId: 'data-c' }, 20)).toBe(true);
    expect(book.latest).toEqual({ dataId: 'data-c', lsn: 5 });
  });

  it('is nothing stale, nothing foreign and nothing of its own', () => {
    const book = new ConfirmationBook(3, 'data-a');
    expect([
      book.take(at(10, 2), 20),
      book.take(at(10, 4), 20),
      book.take(at(21), 20),
      book.take({ ...at(10), dataId: 'data-a' }, 20),
    ]).toEqual([false, false, false, false]);
    expect(book.latest).toBeUndefined();
  });
});

describe('what a primary tells its standby', () => {
  it('follows what is durable, and what is acknowledged once that is all', () => {
    const hints = new LookHints();
    const taken = [
      hints.take(0, 0, 0),
      hints.take(5, 0, 1),
      hints.take(5, 3, 2),
      hints.take(5, 5, 3),
      hints.take(5, 5, 4),
      hints.take(6, 5, 5),
      hints.take(6, 6, 6),
      hints.take(6, 6, 1_255),
      hints.take(6, 6, 1_256),
    ];
    expect(taken).toEqual([true, true, false, true, false, true, true, false, true]);
    expect(hints.dueAtMs(1_260)).toBe(2_506);
    hints.told(6, 6, 2_000);
    expect([hints.take(6, 6, 2_506), hints.dueAtMs(2_506)]).toEqual([false, 3_250]);
  });

  it('is told again soon while a write waits: the first word of it may have been lost', () => {
    const hints = new LookHints();
    const taken = [hints.take(5, 0, 0), hints.take(5, 0, 199), hints.take(5, 4, 200), hints.take(5, 4, 399)];
    expect(taken).toEqual([true, false, true, false]);
    expect(hints.dueAtMs(399)).toBe(400);
  });
});
