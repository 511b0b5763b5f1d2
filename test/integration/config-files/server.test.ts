import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import {
  type ApplyDeps,
  applyEdit,
  ConfigFileError,
  type ConfigFiles,
  type EditPlan,
  hostConfigFiles,
  listBackups,
  localConfigFiles,
  parseDocument,
  planEdit,
  rollBack,
} from '#main/config-files';
import { createHosts } from '#main/hosts';
import { fixturePath, profileNamed } from '#test/config-fixtures';
import { skipWithoutServerTools } from '#test/server-tools';
import { type Sshd, startSshd } from '#test/sshd';

describe.skipIf(skipWithoutServerTools())('configuration files of a server over SSH', () => {
  const hosts = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
  let sshd: Sshd;
  let files: ConfigFiles;
  let deps: ApplyDeps;
  let folder = '';
  let file = '';

  beforeAll(async () => {
    sshd = await startSshd();
    sshd.trust();
    files = hostConfigFiles(await hosts.open(sshd.access, '127.0.0.1'));
    deps = { clock: systemClock, files };
  });
  afterAll(() => {
    hosts.close();
    sshd.close();
  });
  beforeEach(() => {
    folder = join(sshd.directory, "配置 'a");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    file = join(folder, 'alg_tran_mp.xml');
    copyFileSync(fixturePath('alg_tran_mp.gbk-crlf.xml'), file);
    chmodSync(file, 0o640);
    chownSync(file, 1, 1);
  });

  async function planned(value: string): Promise<EditPlan> {
    const { bytes } = await files.read(file);
    return planEdit(parseDocument(bytes, file), profileNamed('attributes'), [{ field: 'peer.t2.port', value }]);
  }
  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => 'done',
      (error: unknown) => (error instanceof ConfigFileError ? `${error.problem} ${error.said.key}` : String(error)),
    );

  it('are changed and brought back byte by byte, with mode and owner', async () => {
    const before = readFileSync(file);
    const outcome = await applyEdit(await planned('7011'), deps);
    const expected = before.toString('latin1').replace('<t2 port="7001"/>\r\n\t\t<f2', '<t2 port="7011"/>\r\n\t\t<f2');
    expect(readFileSync(file).toString('latin1')).toBe(expected);
    const { mode, uid, gid } = statSync(file);
    expect([mode & 0o777, uid, gid]).toEqual([0o640, 1, 1]);
    const [backup] = await listBackups(file, deps);
    expect(outcome).toMatchObject({ kind: 'applied', backup: backup?.path });
    expect(readFileSync(backup?.path ?? '').equals(before)).toBe(true);
    expect(statSync(backup?.path ?? '').uid).toBe(1);
    expect(readdirSync(folder).length).toBe(2);
    await rollBack(file, backup?.name ?? '', deps);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('may be large', async () => {
    copyFileSync(fixturePath('alg_tran_mp.large-gbk.xml'), file);
    const plan = await planned('7011');
    await applyEdit(plan, deps);
    expect(readFileSync(file).equals(Buffer.from(plan.next.bytes))).toBe(true);
  });

  it('are not changed where somebody else was faster', async () => {
    const [one, other] = [await planned('7011'), await planned('7012')];
    const kinds = (await Promise.all([one, other].map((plan) => applyEdit(plan, deps)))).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(['applied', 'changed']);
    expect(readdirSync(folder).length).toBe(2);
  });

  it('are read through a link, and changed where a lock was left behind', async () => {
    const link = join(sshd.directory, 'link.xml');
    rmSync(link, { force: true });
    symlinkSync(file, link);
    expect((await files.read(link)).path).toBe(file);
    writeFileSync(`${file}.lock`, '');
    utimesSync(`${file}.lock`, 0, 0);
    expect(await applyEdit(await planned('7011'), deps)).toMatchObject({ kind: 'applied' });
    expect(readdirSync(folder).some((name) => name.endsWith('.lock'))).toBe(false);
  });

  it('are not replaced where they are read-only, by root neither, or a backup has no directory', async () => {
    const before = readFileSync(file);
    const elsewhere = { ...deps, backupDirectory: join(folder, 'none') };
    expect(await failure(applyEdit(await planned('7011'), elsewhere))).toBe('unwritable configFile.noDirectory');
    chmodSync(file, 0o440);
    expect(await failure(applyEdit(await planned('7011'), deps))).toBe('unwritable configFile.readOnly');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['alg_tran_mp.xml']);
  });

  it('say why they cannot be read', async () => {
    expect(await failure(files.read(join(folder, 'none.xml')))).toBe('unreadable configFile.missing');
    expect(await failure(files.read(folder))).toBe('unreadable configFile.noFile');
    expect(await failure(files.read('relative.xml'))).toBe('unreadable configFile.notAbsolute');
    expect(await files.list(join(folder, 'none'))).toEqual([]);
    writeFileSync(file, Buffer.alloc(17 * 1024 * 1024));
    expect(await failure(files.read(file))).toBe('too-large configFile.tooLarge');
  });
});

describe('the command as a user runs it', () => {
  const root = resolve(import.meta.dirname, '../../..');
  const run = (...args: string[]) => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'config', '--', ...args], {
      cwd: root,
      env,
    });
    return { status, out: stdout.toString(), trouble: stderr.toString() };
  };

  it('ends with the exit code that says what came of it', () => {
    const file = fixturePath('alg_tran_mp.large-gbk.xml');
    expect(run('validate', file)).toMatchObject({ status: 0, trouble: '' });
    expect(run('diff', '--file', file, '--set', 'node.t2.port=x')).toMatchObject({ status: 1, out: '' });
    expect(run('diff', '--file', file)).toMatchObject({ status: 3, out: '' });
    expect(localConfigFiles().name).toBe('localhost');
  });
});
