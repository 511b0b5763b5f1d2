import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import {
  type ApplyDeps,
  applyEdit,
  type ConfigFileError,
  type EditPlan,
  type FieldSetting,
  listBackups,
  localConfigFiles,
  parseDocument,
  planEdit,
  rollBack,
  threeWayText,
} from '#main/config-files';
import { fixturePath, profileNamed } from '#test/config-fixtures';

let folder = '';
let file = '';
let deps: ApplyDeps;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kuantu-config-files-'));
  file = join(folder, 'alg_tran_mp.xml');
  copyFileSync(fixturePath('alg_tran_mp.gbk.xml'), file);
  deps = { clock: systemClock, files: localConfigFiles() };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function planned(...settings: FieldSetting[]): EditPlan {
  return planEdit(parseDocument(readFileSync(file), file), profileNamed('attributes'), settings);
}
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: ConfigFileError) => error.problem,
  );

const saidOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: ConfigFileError) => error.said.key,
  );

describe('applying a change', () => {
  it('keeps the old file as a backup with time and digest, and the mode', async () => {
    const before = readFileSync(file);
    const { mode } = statSync(file);
    const outcome = await applyEdit(planned({ field: 'node.t2.port', value: '7011' }), deps);
    expect(outcome.kind).toBe('applied');
    expect(statSync(file).mode).toBe(mode);
    const [backup] = await listBackups(file, deps);
    expect(backup?.name).toMatch(/^alg_tran_mp\.xml\.\d{8}T\d{6}\.\d{3}Z\.[0-9a-f]{12}\.bak$/);
    expect(readFileSync(join(folder, backup?.name ?? '')).equals(before)).toBe(true);
    expect(readFileSync(file).equals(before)).toBe(false);
  });

  it('is undone by rolling back, which can be undone as well', async () => {
    const before = readFileSync(file);
    await applyEdit(planned({ field: 'node.t2.port', value: '7011' }), deps);
    const changed = readFileSync(file);
    const [backup] = await listBackups(file, deps);
    const back = await rollBack(file, backup?.name ?? '', deps);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(await rollBack(file, backup?.name ?? '', deps)).toEqual({ kind: 'unchanged' });
    const kept = (await listBackups(file, deps)).find(
      ({ name }) => back.kind === 'applied' && back.backup.endsWith(name),
    );
    await rollBack(file, kept?.name ?? '', deps);
    expect(readFileSync(file).equals(changed)).toBe(true);
  });

  it('writes nothing where every value is there already', async () => {
    expect(await applyEdit(planned({ field: 'node.t2.port', value: '7001' }), deps)).toEqual({ kind: 'unchanged' });
    expect(readdirSync(folder)).toEqual(['alg_tran_mp.xml']);
  });

  it('stops where the file was changed meanwhile, and shows all three sides', async () => {
    const plan = planned({ field: 'node.t2.port', value: '7011' });
    const theirs = readFileSync(file)
      .toString('latin1')
      .replace('port="7001"', 'port="7099"')
      .replace('"1000"', '"2000"');
    writeFileSync(file, Buffer.from(theirs, 'latin1'));
    const outcome = await applyEdit(plan, deps);
    expect(outcome).toMatchObject({
      kind: 'changed',
      hunks: [
        {
          who: 'both',
          base: ['\t        <t2 port="7001"/> <!-- t2 走 TCP -->'],
          ours: ['\t        <t2 port="7011"/> <!-- t2 走 TCP -->'],
          theirs: ['\t        <t2 port="7099"/> <!-- t2 走 TCP -->'],
        },
        { who: 'theirs', theirs: ['\t<heartbeat interval="2000" timeout="3000" session_expiry="120"/>'] },
      ],
    });
    if (outcome.kind !== 'changed') throw new Error(outcome.kind);
    expect(threeWayText(outcome.hunks.slice(1), { base: 'was', ours: 'mine', theirs: 'now' })).toEqual([
      '@@ 19 @@',
      '<<<<<<< mine',
      '\t<heartbeat interval="1000" timeout="3000" session_expiry="120"/>',
      '||||||| was',
      '\t<heartbeat interval="1000" timeout="3000" session_expiry="120"/>',
      '=======',
      '\t<heartbeat interval="2000" timeout="3000" session_expiry="120"/>',
      '>>>>>>> now',
    ]);
    expect(readFileSync(file).toString('latin1')).toBe(theirs);
    expect(readdirSync(folder)).toEqual(['alg_tran_mp.xml']);
  });

  it('lets one of several that come at once through', async () => {
    const plans = ['7011', '7012', '7013'].map((value) => planned({ field: 'peer.t2.port', value }));
    const kinds = (await Promise.all(plans.map((plan) => applyEdit(plan, deps)))).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['applied', 'changed', 'changed']);
  });

  it('goes through a symbolic link to the file itself', async () => {
    const link = join(folder, 'link.xml');
    symlinkSync(file, link);
    const plan = planEdit(parseDocument(readFileSync(link), link), profileNamed('attributes'), [
      { field: 'node.t2.port', value: '7011' },
    ]);
    await applyEdit(plan, deps);
    expect(readFileSync(file, 'latin1')).toContain('<t2 port="7011"/>');
    expect((await listBackups(link, deps))[0]?.name).toMatch(/^alg_tran_mp\.xml\./);
  });
});

describe('a file that is not to be replaced', () => {
  it('is left as it is where it is read-only, whoever asks', async () => {
    const before = readFileSync(file);
    chmodSync(file, 0o444);
    expect(await saidOf(applyEdit(planned({ field: 'node.t2.port', value: '7011' }), deps))).toBe(
      'configFile.readOnly',
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['alg_tran_mp.xml']);
  });

  it('is left as it is where its backup has no directory, and says which', async () => {
    const elsewhere = { ...deps, backupDirectory: join(folder, 'none') };
    expect(await saidOf(applyEdit(planned({ field: 'node.t2.port', value: '7011' }), elsewhere))).toBe(
      'configFile.noDirectory',
    );
    expect(readdirSync(folder)).toEqual(['alg_tran_mp.xml']);
  });
});

describe('a backup', () => {
  it('is put back as it was made or not at all', async () => {
    await applyEdit(planned({ field: 'node.t2.port', value: '7011' }), deps);
    const [backup] = await listBackups(file, deps);
    const now = readFileSync(file);
    writeFileSync(join(folder, backup?.name ?? ''), 'damaged');
    expect(await problemOf(rollBack(file, backup?.name ?? '', deps))).toBe('backup');
    expect(await problemOf(rollBack(file, '../x', deps))).toBe('backup');
    expect(await problemOf(rollBack(file, backup?.name ?? '', deps, '0'.repeat(64)))).toBe('changed');
    expect(readFileSync(file).equals(now)).toBe(true);
  });
});

describe('a file that cannot be read', () => {
  it('says why', async () => {
    expect(await problemOf(deps.files.read(join(folder, 'none.xml')))).toBe('unreadable');
    expect(await problemOf(deps.files.read(folder))).toBe('unreadable');
    writeFileSync(join(folder, 'big.xml'), Buffer.alloc(17 * 1024 * 1024));
    expect(await problemOf(deps.files.read(join(folder, 'big.xml')))).toBe('too-large');
  });
});
