import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#core/clock';
import { startZooKeeperServer, type ZooKeeperServer } from '#core/zookeeper-server';
import { checkJson, writeConfig } from '#test/check-command';
import { skipWithoutServerTools } from '#test/server-tools';
import { type Sshd, startSshd } from '#test/sshd';

const T2_PORT = 7001;
const F2_PORT = 7002;
/** A network of its own; two tests at once are told apart by their process ids. */
const network = `10.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}`;
const OUTSIDE = `${network}.1`;
const INSIDE = `${network}.2`;
const name = `kuantu${process.pid}`;

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
const nft = (rules: string) => execFileSync('ip', ['netns', 'exec', name, 'nft', '-f', '-'], { input: rules });

/** Listens on both ports within the namespace and answers on both. */
const LISTENER = `
require('node:net').createServer((socket) => socket.on('error', () => {}).resume()).listen(${T2_PORT}, '0.0.0.0');
const udp = require('node:dgram').createSocket('udp4');
udp.on('message', (data, from) => udp.send('{}', from.port, from.address));
udp.bind(${F2_PORT}, '0.0.0.0', () => console.log('ready'));`;

describe.skipIf(skipWithoutServerTools())('a firewall on a server', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-firewall-'));
  let zookeeper: ZooKeeperServer;
  let inside: Sshd;
  let outside: Sshd;
  let listener: ChildProcess;
  let config = '';

  beforeAll(async () => {
    ip('netns', 'add', name);
    ip('link', 'add', `${name}o`, 'type', 'veth', 'peer', 'name', `${name}i`, 'netns', name);
    ip('addr', 'add', `${OUTSIDE}/24`, 'dev', `${name}o`);
    ip('link', 'set', `${name}o`, 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    ip('-n', name, 'addr', 'add', `${INSIDE}/24`, 'dev', `${name}i`);
    ip('-n', name, 'link', 'set', `${name}i`, 'up');
    const within = ['ip', 'netns', 'exec', name];
    listener = spawn('ip', [...within.slice(1), process.execPath, '-e', LISTENER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => listener.stdout?.once('data', resolve));
    zookeeper = await startZooKeeperServer({ tickMs: 200 }, { clock: systemClock });
    [inside, outside] = await Promise.all([startSshd({ within, address: INSIDE }), startSshd({ address: OUTSIDE })]);
    inside.trust();
    outside.trust();
    config = writeConfig(join(directory, 'c.json'), `127.0.0.1:${zookeeper.port}`, [
      { name: 'A', host: INSIDE, t2Port: T2_PORT, f2Port: F2_PORT, server: { access: inside.access } },
      { name: 'B', host: OUTSIDE, t2Port: 7003, f2Port: 7004, server: { access: outside.access } },
    ]);
  });
  afterAll(async () => {
    listener.kill('SIGKILL');
    inside.close();
    outside.close();
    await zookeeper.close();
    ip('netns', 'del', name);
    rmSync(directory, { recursive: true, force: true });
  });

  it('that is off lets everything pass, seen from the console and from the other server', async () => {
    const { check } = await checkJson(config);
    expect(check('firewall', 'A')).toMatchObject({ result: 'pass', reason: { en: 'no firewall is on' } });
    for (const id of [
      'firewall-t2',
      'firewall-f2',
      't2-listening',
      'f2-listening',
      't2-from-console',
      't2-from-peer',
      'f2-from-console',
      'f2-from-peer',
    ])
      expect(check(id, 'A'), id).toMatchObject({ result: 'pass' });
  });

  it('that drops f2 over UDP and passes t2 over TCP is reported as exactly that', async () => {
    nft(`table inet kuantu {
      chain input {
        type filter hook input priority 0; policy accept;
        tcp dport ${T2_PORT} accept
        udp dport ${F2_PORT} drop
      }
    }`);
    const { check, code } = await checkJson(config);
    expect(check('firewall', 'A')).toMatchObject({ result: 'pass', reason: { en: 'on: nftables' } });
    expect(check('firewall-t2', 'A').result).toBe('pass');
    const rule = `table inet kuantu chain input: udp dport ${F2_PORT} drop`;
    expect(check('firewall-f2', 'A')).toMatchObject({ result: 'fail', evidence: [rule] });
    expect(check('firewall-f2', 'A').remedy?.en).toContain(`${F2_PORT}/udp`);
    expect(check('t2-from-console', 'A').result).toBe('pass');
    expect(check('t2-from-peer', 'A').result).toBe('pass');
    for (const id of ['f2-from-console', 'f2-from-peer']) {
      expect(check(id, 'A'), id).toMatchObject({
        result: 'fail',
        reason: { en: expect.stringContaining('dropped by the firewall') },
      });
      expect(check(id, 'A').evidence).toContain(rule);
    }
    // They do listen: it is the firewall, not the process.
    expect(check('f2-listening', 'A').result).toBe('pass');
    expect(code).toBe(1);
    nft('delete table inet kuantu');
  });

  it("made of iptables is read by iptables' own words", async () => {
    execFileSync('ip', [
      'netns',
      'exec',
      name,
      'iptables',
      '-A',
      'INPUT',
      '-p',
      'udp',
      '-m',
      'multiport',
      '--dports',
      `1,${F2_PORT}`,
      '-j',
      'DROP',
    ]);
    const { check } = await checkJson(config);
    expect(check('firewall-f2', 'A')).toMatchObject({
      result: 'fail',
      evidence: [expect.stringContaining(`--dports 1,${F2_PORT} -j DROP`)],
    });
    expect(check('firewall-t2', 'A').result).toBe('pass');
    expect(check('firewall', 'A').reason.en).toContain('iptables');
    execFileSync('ip', ['netns', 'exec', name, 'iptables', '-F', 'INPUT']);
  });
});
