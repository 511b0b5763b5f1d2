import { describe, expect, it } from 'vitest';
import { silentLog } from '#core/logging';
import {
  CommandError,
  type CommandHandlers,
  createRouter,
  createTopicHub,
  openClientSession,
  type ScreenPort,
} from '#main/ipc';
import { applyChanges, type BeatColumns, type ServerMessage } from '#shared/contract';
import { message } from '#shared/domain';
import { VirtualClock } from '#test/virtual-clock';

/** Both ends of a link in one process: what main sends arrives here, as slowly as the test says. */
function rig(handlers: Partial<CommandHandlers> = {}) {
  const clock = new VirtualClock();
  const pictures: Record<string, unknown> = { fleet: { n: 0 } };
  const beats: BeatColumns[] = [];
  const hub = createTopicHub(clock, { state: (topic) => pictures[topic] ?? null, beats: () => beats });
  const random = { next: () => 0.5, uuid: () => '00000000-1111' };
  const router = createRouter(handlers as CommandHandlers, silentLog, random);
  const got: ServerMessage[] = [];
  const link = { pending: 0 };
  const port: ScreenPort = { send: (sent) => void got.push(sent), pendingBytes: () => link.pending };
  const session = openClientSession({ hub, router, clock }, { screen: 'screen-1', shell: 'served' }, port);
  return { clock, pictures, beats, hub, got, link, session };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const call = (command: string, input: unknown, id = 1) => ({ t: 'call', id, command, input });

describe('a screen calling', () => {
  it('gets the handler’s answer under its number', async () => {
    const { session, got } = rig({ 'app.setLocale': () => null });
    expect(session.receive(call('app.setLocale', { locale: 'en' }, 7))).toBe(true);
    await settled();
    expect(got).toEqual([{ t: 'reply', id: 7, ok: true, value: null }]);
  });

  it.each([
    ['an unknown command', 'app.explode', {}, 'error.unknownCommand'],
    ['a name of every object', 'constructor', {}, 'error.unknownCommand'],
    ['input that the contract does not know', 'app.setLocale', { locale: 'fr' }, 'error.invalidInput'],
    ['a field too many', 'app.info', { extra: 1 }, 'error.invalidInput'],
  ])('is refused %s', async (_what, command, input, key) => {
    const { session, got } = rig();
    session.receive(call(command, input));
    await settled();
    expect(got).toMatchObject([{ ok: false, error: { code: 'invalid', message: { key } } }]);
  });

  it('gets a typed refusal with instance and step', async () => {
    const { session, got } = rig({
      'practice.fault': () => {
        throw new CommandError('refused', message('error.noPair', { pair: 'x' }), { instance: 'a', step: 'promote' });
      },
    });
    session.receive(call('practice.fault', { instance: 'a', fault: 'kill' }));
    await settled();
    expect(got).toEqual([
      {
        t: 'reply',
        id: 1,
        ok: false,
        error: { code: 'refused', message: message('error.noPair', { pair: 'x' }), instance: 'a', step: 'promote' },
      },
    ]);
  });

  it('learns nothing of a defect but a reference to the log', async () => {
    const { session, got } = rig({
      'practice.stop': () => {
        throw new TypeError('secret-token-in-a-message');
      },
    });
    session.receive(call('practice.stop', {}));
    await settled();
    expect(got).toEqual([
      {
        t: 'reply',
        id: 1,
        ok: false,
        error: { code: 'internal', message: message('error.internal', { reference: '00000000' }) },
      },
    ]);
  });

  it('may not have more than 64 calls under way', async () => {
    const { session, got } = rig({ 'practice.stop': () => new Promise(() => {}) });
    for (let id = 0; id < 65; id++) session.receive(call('practice.stop', {}, id));
    await settled();
    expect(got).toMatchObject([{ id: 64, ok: false, error: { message: { key: 'error.tooManyCalls' } } }]);
  });

  it.each([[null], ['text'], [{ t: 'steal' }], [{ t: 'subscribe', topic: 'secrets' }], [{ t: 'call', id: -1 }]])(
    'is told apart from one that talks nonsense: %j',
    (raw) => {
      expect(rig().session.receive(raw)).toBe(false);
    },
  );
});

describe('a slow screen', () => {
  it('misses changes and is then made whole by one snapshot', async () => {
    const { session, got, link, pictures, hub, clock } = rig();
    session.receive({ t: 'subscribe', topic: 'fleet' });
    link.pending = 2 * 1024 * 1024;
    for (let n = 1; n <= 50; n++) {
      pictures.fleet = { n };
      hub.touch('fleet');
      await clock.advance(100);
    }
    expect(got).toHaveLength(1);
    link.pending = 0;
    await clock.advance(300);
    expect(got).toHaveLength(2);
    expect(got[1]).toMatchObject({ t: 'snapshot', value: { n: 50 } });
    pictures.fleet = { n: 51 };
    hub.touch('fleet');
    await clock.advance(200);
    const [, snapshot, change] = got;
    if (snapshot?.t !== 'snapshot' || change?.t !== 'change') throw new Error('not a snapshot and a change');
    expect(change.version).toBe(snapshot.version + 1);
    expect(applyChanges(snapshot.value, change.changes)).toEqual({ n: 51 });
  });

  it('gets the beats that it missed', async () => {
    const { session, got, link, hub, clock, beats } = rig();
    const batch: BeatColumns = {
      instance: 'a',
      atMs: Float64Array.of(5),
      code: Uint8Array.of(0),
      latencyMs: Float32Array.of(1),
    };
    session.receive({ t: 'subscribe', topic: 'beats:e/p' });
    link.pending = 2 * 1024 * 1024;
    hub.publishBeats('e/p', [batch]);
    await clock.advance(500);
    expect(got).toEqual([]);
    beats.push(batch);
    link.pending = 0;
    await clock.advance(300);
    expect(got).toEqual([{ t: 'beats', topic: 'beats:e/p', columns: [batch] }]);
  });
});

describe('a screen that left', () => {
  it('is sent nothing more, not even the answer it waited for', async () => {
    let answer: (value: null) => void = () => {};
    const { session, got, hub, pictures, clock } = rig({
      'practice.stop': () => new Promise<null>((resolve) => (answer = resolve)),
    });
    session.receive({ t: 'subscribe', topic: 'fleet' });
    session.receive(call('practice.stop', {}));
    const before = got.length;
    session.close();
    answer(null);
    pictures.fleet = { n: 1 };
    hub.touch('fleet');
    await clock.advance(500);
    expect(got).toHaveLength(before);
    expect(session.receive({ t: 'subscribe', topic: 'fleet' })).toBe(false);
  });
});
