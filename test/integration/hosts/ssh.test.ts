import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#core/clock';
import { createHosts, type Host, HostAccessError } from '#main/hosts';
import type { SshAccess } from '#shared/domain';
import { skipWithoutServerTools } from '#test/server-tools';
import { freePort, keygen, type Sshd, startSshd } from '#test/sshd';
import { createConnections } from '../../../src/main/app/connections.ts';

const long = { timeoutMs: 15_000 };

async function refusal(access: SshAccess, acceptNewHostKeys = false): Promise<HostAccessError> {
  const hosts = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys });
  const error = await hosts.open(access, '127.0.0.1').then(
    () => undefined,
    (reason: unknown) => reason,
  );
  hosts.close();
  if (!(error instanceof HostAccessError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

describe.skipIf(skipWithoutServerTools())('a host over SSH', () => {
  let sshd: Sshd;
  let host: Host;
  const sockets: Socket[] = [];
  const hosts = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });

  beforeAll(async () => {
    sshd = await startSshd();
    sshd.trust();
    host = await hosts.open(sshd.access, '127.0.0.1');
  });
  afterAll(() => {
    hosts.close();
    sshd.close();
  });

  it('runs commands with their arguments as they are, in the locale C, with input and exit code', async () => {
    const nasty = ["a'b", '$HOME', '\\', 'x\ny', '挂载 目录', ''];
    const printed = await host.run(['printf', '%s|', ...nasty], long);
    expect(printed.stdout.toString('utf8')).toBe(`${nasty.join('|')}|`);
    const result = await host.run(['sh', '-c', 'echo $LC_ALL; cat; echo no >&2; exit 3'], { ...long, input: 'in' });
    expect(result).toMatchObject({ kind: 'ended', exitCode: 3, stderr: 'no' });
    expect(result.stdout.toString()).toBe('C\nin');
    expect(await host.run(['kuantu-no-such-program'], long)).toMatchObject({ kind: 'missing' });
  });

  it('shares one connection, by more commands at once than sshd has sessions', async () => {
    const again = await hosts.open(sshd.access, '127.0.0.1');
    expect(again).toBe(host);
    const numbers = Array.from({ length: 24 }, (_, at) => String(at));
    const results = await Promise.all(numbers.map((number) => host.run(['echo', number], long)));
    expect(results.map(({ stdout }) => stdout.toString().trim())).toEqual(numbers);
  });

  it('gives up on a command that hangs, and leaves no process behind', async () => {
    const mark = `600.${process.pid}`;
    const result = await host.run(['sleep', mark], { timeoutMs: 1_000 });
    expect(result.kind).toBe('timeout');
    expect(result.tookMs).toBeLessThan(3_000);
    await vi.waitFor(async () => {
      const { stdout } = await host.run(['ps', '-e', '-o', 'args'], long);
      expect(stdout.toString()).not.toContain(`sleep ${mark}`);
    }, 5_000);
  });

  it('ends a command that prints 100 MB, and goes on', async () => {
    const result = await host.run(['head', '-c', '100000000', '/dev/zero'], long);
    expect(result.kind).toBe('overflow');
    expect(result.stdout).toHaveLength(256 * 1024);
    expect((await host.run(['echo', 'on'], long)).stdout.toString()).toBe('on\n');
  });

  it('opens TCP connections from the host and exchanges a word', async () => {
    const server = createServer((socket) => socket.once('data', (data) => socket.end(`you said ${data}`)));
    const port = await listening(server);
    const open = await host.exchangeTcp({ host: '127.0.0.1', port, timeoutMs: 5_000 });
    expect(open.kind).toBe('answered');
    const answer = await host.exchangeTcp({ host: '127.0.0.1', port, payload: Buffer.from('srvr'), timeoutMs: 5_000 });
    expect(answer.bytes.toString()).toBe('you said srvr');
    await close(server);
    expect((await host.exchangeTcp({ host: '127.0.0.1', port, timeoutMs: 5_000 })).kind).toBe('refused');
    const udp = await host.exchangeUdp({ host: '127.0.0.1', port, payload: Buffer.from('x'), timeoutMs: 2_000 });
    expect(udp.kind).toBe('refused');
  });

  it('goes the way over bash where sshd forwards nothing', async () => {
    const strict = await startSshd({ config: ['AllowTcpForwarding no', 'MaxSessions 2'] });
    strict.trust();
    const own = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
    const there = await own.open(strict.access, '127.0.0.1');
    const server = createServer((socket) => socket.once('data', (data) => socket.end(`you said ${data}`)));
    const port = await listening(server);
    const request = { host: '127.0.0.1', port, timeoutMs: 5_000 };
    expect((await there.exchangeTcp(request)).kind).toBe('answered');
    const answer = await there.exchangeTcp({ ...request, payload: Buffer.from('srvr') });
    expect(answer.bytes.toString()).toBe('you said srvr');
    // Fewer sessions than we would have: the others wait.
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => there.run(['echo', String(number)], long)));
    expect(results.map(({ kind }) => kind)).toEqual(Array(6).fill('ended'));
    await close(server);
    expect((await there.exchangeTcp(request)).kind).toBe('refused');
    own.close();
    strict.close();
  });

  it('says that the connection was lost, of what is under way and of what comes after', async () => {
    const other = await startSshd();
    other.trust();
    const own = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
    const there = await own.open(other.access, '127.0.0.1');
    const [parent] = (await there.run(['sh', '-c', 'echo $PPID'], long)).stdout.toString().trim().split('\n');
    const running = there.run(['sleep', '30'], { timeoutMs: 20_000 });
    // The session's own sshd is the command's parent's parent or parent; its end closes the connection.
    await there.run(['sh', '-c', `kill -9 $(ps -o ppid= -p $PPID) ${parent ?? ''}`], { timeoutMs: 1_000 });
    expect((await running).kind).toBe('lost');
    expect((await there.run(['true'], long)).kind).toBe('lost');
    expect((await there.exchangeTcp({ host: '127.0.0.1', port: 1, timeoutMs: 500 })).kind).toBe('unsaid');
    own.close();
    other.close();
  });

  it('logs in nowhere that is not known, and tells the fingerprint; told to, it notes the key', async () => {
    const knownHostsFile = `${sshd.directory}/fresh/known_hosts`;
    const access = { ...sshd.access, knownHostsFile };
    const error = await refusal(access);
    expect(error).toMatchObject({
      problem: 'unknown-key',
      said: { params: { fingerprint: expect.stringMatching(/^SHA256:/) } },
    });
    expect(() => readFileSync(knownHostsFile)).toThrow();
    const trusting = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: true });
    expect((await (await trusting.open(access, '127.0.0.1')).run(['true'], long)).exitCode).toBe(0);
    trusting.close();
    expect(readFileSync(knownHostsFile, 'utf8')).toBe(
      readFileSync(sshd.access.knownHostsFile, 'utf8').replace(/\s*$/, '\n'),
    );
    const after = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
    expect((await (await after.open(access, '127.0.0.1')).run(['true'], long)).exitCode).toBe(0);
    after.close();
  });

  it('stops at a host whose key has changed, with both fingerprints, also when new keys are accepted', async () => {
    const file = `${sshd.directory}/changed`;
    keygen(`${file}_key`);
    const [type, key] = readFileSync(`${file}_key.pub`, 'utf8').split(' ');
    writeFileSync(file, `[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
    const error = await refusal({ ...sshd.access, knownHostsFile: file }, true);
    expect(error.problem).toBe('changed-key');
    const prints = error.evidence.join(' ').match(/SHA256:[A-Za-z0-9+/]+/g);
    expect(new Set(prints).size).toBe(2);
  });

  it('tells a revoked key, a key that cannot be noted, and an agent that is not there from each other', async () => {
    const key = readFileSync(sshd.access.knownHostsFile, 'utf8').split(' ').slice(1).join(' ');
    const file = `${sshd.directory}/revoked`;
    writeFileSync(file, `@revoked * ${key}`);
    const revoked = await refusal({ ...sshd.access, knownHostsFile: file }, true);
    expect(revoked).toMatchObject({ problem: 'changed-key', said: { key: 'check.access.revokedKey' } });
    // Not even root makes a file there.
    const unwritable = await refusal({ ...sshd.access, knownHostsFile: '/sys/kuantu-known-hosts' }, true);
    expect(unwritable).toMatchObject({ said: { key: 'check.access.knownHostsUnwritable' } });
    expect(unwritable.evidence.join()).toContain('SHA256:');
    const auth = { type: 'agent' as const, socket: `${sshd.directory}/no-agent` };
    const noAgent = await refusal({ ...sshd.access, auth });
    expect(noAgent).toMatchObject({ problem: 'no-credential', said: { key: 'check.access.noAgent' } });
  });

  it('is tried before it is saved: an unknown key is told, taken by its fingerprint alone, and a changed one never', async () => {
    const passwords = { place: async () => 'none', get: async () => null };
    const shared = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: false });
    const connections = createConnections({ clock: systemClock, passwords, hosts: shared });
    const knownHostsFile = `${sshd.directory}/tried/known_hosts`;
    const access = { ...sshd.access, knownHostsFile };
    const unknown = await connections.test(access, '127.0.0.1');
    if (unknown.kind !== 'unknown-key') throw new Error(unknown.kind);
    expect(unknown.fingerprint).toMatch(/^SHA256:/);
    expect(await connections.test(access, '127.0.0.1', 'SHA256:another')).toMatchObject({ kind: 'unknown-key' });
    expect(existsSync(knownHostsFile)).toBe(false);
    expect(await connections.test(access, '127.0.0.1', unknown.fingerprint)).toMatchObject({
      kind: 'ok',
      system: expect.stringMatching(/^Linux/),
    });
    expect(await connections.test(access, '127.0.0.1')).toMatchObject({ kind: 'ok' });
    // Whoever logs in there can run nothing.
    const menu = await startSshd({ config: ['ForceCommand echo menu'] });
    menu.trust();
    const useless = await connections.test(menu.access, '127.0.0.1');
    expect(useless).toMatchObject({
      kind: 'failed',
      said: { key: 'check.access.otherAnswer', params: { line: 'menu' } },
    });
    menu.close();
    keygen(`${sshd.directory}/other_key`);
    const [type, key] = readFileSync(`${sshd.directory}/other_key.pub`, 'utf8').split(' ');
    writeFileSync(knownHostsFile, `[127.0.0.1]:${sshd.port} ${type} ${key}\n`);
    const changed = await connections.test(access, '127.0.0.1', unknown.fingerprint);
    expect(changed).toMatchObject({ kind: 'changed-key', now: unknown.fingerprint });
    expect(changed).not.toMatchObject({ expected: unknown.fingerprint });
    shared.close();
  });

  it('logs in with the password that the secret store has', async () => {
    const server = passwordServer(readFileSync(join(sshd.directory, 'host_key')), 'password', 'geheim 密码');
    const port = await listening(server);
    const asked: unknown[] = [];
    const passwords = {
      place: async () => 'memory',
      get: async (account: object) => {
        asked.push(account);
        return 'geheim 密码';
      },
    };
    const hosts = createHosts({ clock: systemClock, env: {}, acceptNewHostKeys: true, passwords });
    const knownHostsFile = join(sshd.directory, 'known-by-store');
    const inside = await hosts.open({ ...sshd.access, port, auth: { type: 'password' }, knownHostsFile }, '127.0.0.1');
    expect([inside.name, asked]).toEqual([`root@127.0.0.1:${port}`, [{ host: '127.0.0.1', user: 'root' }]]);
    hosts.close();
    await close(server);
  });

  it('logs in with an agent, and with a password by either way of asking for it', async () => {
    const socket = join(sshd.directory, 'agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    await vi.waitFor(() => expect(existsSync(socket)).toBe(true), 5_000);
    const keyFile = join(sshd.directory, 'login_key');
    execFileSync('ssh-add', ['-q', keyFile], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
    const byAgent = createHosts({ clock: systemClock, env: { SSH_AUTH_SOCK: socket }, acceptNewHostKeys: false });
    const there = await byAgent.open({ ...sshd.access, auth: { type: 'agent' } }, '127.0.0.1');
    expect((await there.run(['true'], long)).exitCode).toBe(0);
    byAgent.close();
    agent.kill();

    for (const method of ['password', 'keyboard-interactive'] as const) {
      const server = passwordServer(readFileSync(join(sshd.directory, 'host_key')), method, 'geheim 密码');
      const port = await listening(server);
      const access: SshAccess = { ...sshd.access, port, auth: { type: 'password', env: 'KUANTU_TEST_PASSWORD' } };
      const knownHostsFile = join(sshd.directory, `known-${method}`);
      const env = { KUANTU_TEST_PASSWORD: 'geheim 密码' };
      const right = createHosts({ clock: systemClock, env, acceptNewHostKeys: true });
      const inside = await right.open({ ...access, knownHostsFile }, '127.0.0.1');
      expect(inside.name).toBe(`root@127.0.0.1:${port}`);
      right.close();
      const wrong = createHosts({ clock: systemClock, env: { KUANTU_TEST_PASSWORD: 'no' }, acceptNewHostKeys: true });
      await expect(wrong.open({ ...access, knownHostsFile }, '127.0.0.1')).rejects.toMatchObject({
        problem: 'refused-login',
      });
      wrong.close();
      await close(server);
    }
  });

  it('tells a refused login, a missing key and a missing password apart', async () => {
    keygen(`${sshd.directory}/wrong_key`);
    const wrong = await refusal({ ...sshd.access, auth: { type: 'key', file: `${sshd.directory}/wrong_key` } });
    expect(wrong.problem).toBe('refused-login');
    rmSync(`${sshd.directory}/wrong_key`);
    const missing = await refusal({ ...sshd.access, auth: { type: 'key', file: `${sshd.directory}/wrong_key` } });
    expect(missing.problem).toBe('no-credential');
    const password = await refusal({ ...sshd.access, auth: { type: 'password', env: 'KUANTU_TEST_NOTHING' } });
    expect(password.problem).toBe('no-credential');
    const agent = await refusal({ ...sshd.access, auth: { type: 'agent' } });
    expect(agent.problem).toBe('no-credential');
  });

  it.each([
    ['closes', (server: Server) => server.on('connection', (socket) => socket.destroy())],
    ['is silent', (server: Server) => server.on('connection', () => {})],
    [
      'talks garbage',
      (server: Server) =>
        server.on('connection', (socket) => socket.on('error', () => {}).end(Buffer.alloc(200_000, 'x\r\n'))),
    ],
    [
      'breaks off after the greeting',
      (server: Server) =>
        server.on('connection', (socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\nnot a packet')),
    ],
  ])('is unreachable, in time, where the other side %s', async (_what, behave) => {
    const server = createServer();
    server.on('connection', (socket) => sockets.push(socket));
    behave(server);
    const port = await listening(server);
    const began = performance.now();
    const error = await refusal({ ...sshd.access, port });
    expect(error.problem).toBe('unreachable');
    expect(performance.now() - began).toBeLessThan(8_000);
    for (const socket of sockets.splice(0)) socket.destroy();
    await close(server);
  });

  it('is unreachable where nothing listens', async () => {
    expect((await refusal({ ...sshd.access, port: await freePort() })).problem).toBe('unreachable');
  });
});

/** A server that lets in who has the password: sshd would want an account of this machine with one. */
function passwordServer(hostKey: Buffer, method: 'password' | 'keyboard-interactive', password: string): Server {
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on('error', () => {});
    client.on('authentication', (context) => {
      if (context.method === 'password' && method === 'password' && context.password === password) context.accept();
      else if (context.method === 'keyboard-interactive' && method === 'keyboard-interactive')
        context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
          if (answers[0] === password) context.accept();
          else context.reject();
        });
      else context.reject([method]);
    });
  });
  return server as unknown as Server;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
