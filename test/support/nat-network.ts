import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sshd, startSshd } from '#test/sshd';

/** What listens at a server: t2 and NFS over TCP, f2 over UDP. Its NFS says that it is one (RPC, procedure 0). */
const SERVICES = `
const net = require('node:net'), dgram = require('node:dgram');
const [t2, f2, nfs] = process.argv.slice(1).map(Number);
net.createServer((socket) => socket.on('error', () => {}).resume()).listen(t2, '0.0.0.0');
net.createServer((socket) => socket.on('error', () => {}).on('data', (call) => {
  if (call.length < 28 || call.readUInt32BE(12) !== 2 || call.readUInt32BE(16) !== 100003) return socket.destroy();
  const reply = Buffer.alloc(28);
  reply.writeUInt32BE(0x80000018, 0);
  call.copy(reply, 4, 4, 8);
  reply.writeUInt32BE(1, 8);
  socket.write(reply);
})).listen(nfs, '0.0.0.0');
const udp = dgram.createSocket('udp4');
udp.on('message', (_, from) => udp.send(JSON.stringify({ function: 402000, id: 1, error_no: 308000002 }), from.port, from.address));
udp.bind(f2, '0.0.0.0', () => console.log('ready'));`;

/**
 * A server's own /etc, /srv, /mnt and NFS tables, thrown away with it; a systemctl that notes what it is told, and
 * makes what a mount unit says. `$DIR` is seen from outside.
 */
const PRIVATE_ROOT = `
mount -t tmpfs tmpfs "$DIR/etc" && mkdir "$DIR/etc/upper" "$DIR/etc/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$DIR/etc/upper,workdir=$DIR/etc/work" /etc
for each in /srv /mnt /var/lib/nfs /usr/local/sbin; do mount -t tmpfs tmpfs "$each"; done
echo 'hosts: files' > /etc/nsswitch.conf
touch /var/lib/nfs/etab /var/lib/nfs/rmtab
cp "$DIR/systemctl" /usr/local/sbin/systemctl`;

const SYSTEMCTL = (directory: string) => `#!/bin/bash
echo "$*" >> '${directory}/systemctl.log'
unit="\${!#}"; where=$(sed -n 's/^Where=//p' "/etc/systemd/system/$unit" 2>/dev/null)
case "$1" in
  is-active) test -e "${directory}/active-$unit" ;;
  enable) touch "${directory}/active-$unit"; case "$unit" in *.mount) mount -t tmpfs tmpfs "$where" ;; esac ;;
  disable) rm -f "${directory}/active-$unit"; case "$unit" in *.mount) umount "$where" ;; esac ;;
esac`;

export interface ScratchServer {
  sshd: Sshd;
  /** On its own interface. */
  address: string;
  systemctlLog: string;
  /** Runs a command as root within it. */
  run(...argv: string[]): string;
}

export interface NatNetwork {
  console: string;
  /** Behind the router, which is reached at `outside`. */
  a: ScratchServer;
  b: ScratchServer;
  outside: string;
  /** The router's table anew. */
  forward(lines: readonly { protocol: 'tcp' | 'udp'; outside: number; inside: number }[]): void;
  close(): void;
}

export const NETWORK_PORTS = { t2: 7_001, f2: 7_002, nfs: 2_049 };

/** The console and server B in one network, server A in another one behind a router that translates. All real Linux. */
export async function startNatNetwork(): Promise<NatNetwork> {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-nat-'));
  const tag = `kt${process.pid % 100_000}`;
  const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const network = `10.${100 + (process.pid % 100)}.${Math.floor(process.pid / 100) % 250}`;
  const [consoleAddress, outside, addressB] = [`${network}.1`, `${network}.2`, `${network}.3`];
  const [inside, addressA] = ['192.168.77.1', '192.168.77.10'];
  const [router, nsA, nsB] = [`${tag}r`, `${tag}a`, `${tag}b`];
  const processes: ChildProcess[] = [];

  function link(namespace: string, device: string, address: string, master: string): void {
    ip('link', 'add', `${device}o`, 'type', 'veth', 'peer', 'name', device, 'netns', namespace);
    ip('link', 'set', `${device}o`, 'master', master, 'up');
    ip('-n', namespace, 'addr', 'add', `${address}/24`, 'dev', device);
    ip('-n', namespace, 'link', 'set', device, 'up');
  }

  async function server(namespace: string, address: string): Promise<ScratchServer> {
    const own = join(directory, namespace);
    mkdirSync(join(own, 'etc'), { recursive: true });
    writeFileSync(join(own, 'systemctl'), SYSTEMCTL(own), { mode: 0o755 });
    const ports = Object.values(NETWORK_PORTS).map(String);
    const within = ['netns', 'exec', namespace];
    const services = spawn('ip', [...within, process.execPath, '-e', SERVICES, ...ports], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    processes.push(services);
    await new Promise((resolve) => services.stdout?.once('data', resolve));
    const setUp = `set -e; DIR='${own}'; ${PRIVATE_ROOT}; exec "$@"`;
    const sshd = await startSshd({
      within: ['ip', ...within, 'unshare', '--mount', 'bash', '-c', setUp, 'bash'],
      address: '0.0.0.0',
      reachedAt: async (port) => {
        if (namespace === nsA)
          ip('netns', 'exec', router, 'nft', `add rule ip nat pre tcp dport ${port} dnat to ${addressA}:${port}`);
        return namespace === nsA ? outside : address;
      },
    });
    sshd.trust();
    const run = (...argv: string[]) =>
      execFileSync('nsenter', ['-t', String(sshd.process.pid), '-m', '-n', ...argv], { encoding: 'utf8' });
    return { sshd, address, systemctlLog: join(own, 'systemctl.log'), run };
  }

  for (const namespace of [router, nsA, nsB]) {
    ip('netns', 'add', namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
  }
  ip('link', 'add', `${tag}p`, 'type', 'bridge');
  ip('addr', 'add', `${consoleAddress}/24`, 'dev', `${tag}p`);
  ip('link', 'set', `${tag}p`, 'up');
  link(router, `${tag}x`, outside, `${tag}p`);
  link(nsB, `${tag}y`, addressB, `${tag}p`);
  ip('-n', router, 'link', 'add', `${tag}i`, 'type', 'veth', 'peer', 'name', `${tag}z`, 'netns', nsA);
  ip('-n', router, 'addr', 'add', `${inside}/24`, 'dev', `${tag}i`);
  ip('-n', router, 'link', 'set', `${tag}i`, 'up');
  ip('-n', nsA, 'addr', 'add', `${addressA}/24`, 'dev', `${tag}z`);
  ip('-n', nsA, 'link', 'set', `${tag}z`, 'up');
  ip('-n', nsA, 'route', 'add', 'default', 'via', inside);
  const nft = (rules: string) => execFileSync('ip', ['netns', 'exec', router, 'nft', '-f', '-'], { input: rules });
  ip('netns', 'exec', router, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
  nft(`table ip nat {
    chain pre { type nat hook prerouting priority dstnat; }
    chain forwards { type nat hook prerouting priority dstnat - 1; }
    chain post { type nat hook postrouting priority srcnat; oifname "${tag}x" masquerade; }
  }`);
  const a = await server(nsA, addressA);
  const b = await server(nsB, addressB);
  return {
    console: consoleAddress,
    a,
    b,
    outside,
    forward(lines) {
      const rules = lines.map(
        (line) => `add rule ip nat forwards ${line.protocol} dport ${line.outside} dnat to ${addressA}:${line.inside}`,
      );
      nft(['flush chain ip nat forwards', ...rules, ''].join('\n'));
    },
    close() {
      for (const each of processes) each.kill('SIGKILL');
      a.sshd.close();
      b.sshd.close();
      for (const namespace of [router, nsA, nsB]) ip('netns', 'del', namespace);
      ip('link', 'del', `${tag}p`);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
