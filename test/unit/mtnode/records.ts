import type { Registration, Route } from '#shared/domain';

/** A route that names A at epoch 5, but for `changes`. */
export const route = (changes: Partial<Route> = {}): Route => ({
  version: 1,
  instance: 'A',
  incarnation: 'a1',
  epoch: 5,
  state: 'open',
  driver: 'console',
  token: null,
  operationId: 'op',
  changedAtMs: 0,
  ...changes,
});

/** The registration of B, a standby that has seen epoch 5, but for `changes`. */
export const other = (changes: Partial<Registration> = {}): Registration => ({
  version: 1,
  system: 's',
  node: 'mt',
  instance: 'B',
  addresses: [{ viewer: 'default', host: 'h', t2Port: 1, f2Port: 2 }],
  process: { bootId: 'x', pid: 1, startTime: '1' },
  incarnation: 'b1',
  svrMode: 0,
  role: 'standby',
  status: 2,
  phases: [],
  epoch: 5,
  steppedDownEpoch: null,
  lastLsn: null,
  selfFence: true,
  note: null,
  ...changes,
});
