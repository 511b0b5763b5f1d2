import { expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { message } from '#shared/domain';
import type { ApplyRun } from '#shared/setup';
import { applyChanges } from '../../../src/main/setup/apply.ts';
import { ChangeError, type MadeChange, type PreparedChange } from '../../../src/main/setup/change.ts';

const WRITTEN: MadeChange = { detail: message('setup.apply.stepLeft'), backup: '/a.xml.bak', left: 'digest' };
const NOTHING: MadeChange = { detail: message('setup.apply.stepLeft'), backup: null, left: null };
const FAILS = () => Promise.reject(new ChangeError(message('setup.rollback.notPossible')));

function change(id: string, apply: PreparedChange['apply']): PreparedChange {
  return {
    shown: {
      id,
      place: { kind: 'server', instance: 'A', host: 'root@a' },
      title: message('setup.change.file', { file: 'a.xml', instance: 'A' }),
      path: '/a.xml',
      needsConfirmation: false,
      undo: message('setup.undo.file'),
      undoable: true,
      idle: false,
      diff: [],
      tree: null,
      notes: [],
    },
    apply,
  };
}

function run(before: ApplyRun | null, ...changes: PreparedChange[]): Promise<ApplyRun> {
  const log = { warn() {}, error() {}, info() {}, debug() {} };
  return applyChanges(changes, new Set(), { clock: systemClock, log: log as never, before, changed() {} });
}

it('a change that an earlier run made keeps its way back when a later one finds it made', async () => {
  const first = await run(
    null,
    change('a', async () => WRITTEN),
    change('b', FAILS),
  );
  expect(first.changes.map(({ state }) => state)).toEqual(['done', 'failed']);
  const second = await run(
    first,
    change('a', async () => NOTHING),
    change('b', async () => NOTHING),
  );
  expect(second.changes).toMatchObject([
    { state: 'done', undoable: true, backup: '/a.xml.bak', left: 'digest' },
    // Nothing was ever made there, so nothing can be taken back.
    { state: 'done', undoable: false, backup: null },
  ]);
});
