import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toolPath } from '#test/server-tools';
import { parseDf } from '../../../src/main/checks/parsers/df.ts';
import { listFilesCommand, parseFileList } from '../../../src/main/checks/parsers/file-list.ts';
import { isBindOf, mountOf, mountsAt, parseMountInfo } from '../../../src/main/checks/parsers/mountinfo.ts';
import { elapsedSeconds, parsePs, processesWith } from '../../../src/main/checks/parsers/processes.ts';
import { parseProcNet, parseSs } from '../../../src/main/checks/parsers/sockets.ts';
import { askersOf, parseStatFs, statFsCommand } from '../../../src/main/checks/parsers/stat-fs.ts';
import { parseChronyc, parseDate, parseNtpq, parseTimedatectl } from '../../../src/main/checks/parsers/time.ts';
import { parseServerState } from '../../../src/main/checks/parsers/zookeeper.ts';

describe('mountinfo', () => {
  const text = `22 27 0:20 / /proc rw,nosuid,nodev,noexec,relatime shared:13 - proc proc rw
27 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw,errors=remount-ro
95 27 0:50 / /mnt/peer rw,noatime shared:50 - nfs4 10.0.0.12:/export/share rw,vers=4.2,hard,noac,addr=10.0.0.12
96 27 0:51 / /mnt/with\\040space\\134and\\011tab rw - nfs 10.0.0.12:/a\\040b rw
97 27 0:52 / /挂载/备机 ro,relatime - fuse.sshfs root@10.0.0.12:/数据 rw,user_id=0
98 27 259:1 /srv/share /mnt/bind rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw
99 27 0:53 / /mnt/peer rw - tmpfs tmpfs rw,size=1024k
100 27 0:54 / /none rw -  
garbage
101 x`;
  const mounts = parseMountInfo(text);

  it('reads mounts with their sources, options of both kinds, and the words between', () => {
    expect(mounts.map(({ target }) => target)).toEqual([
      '/proc',
      '/',
      '/mnt/peer',
      '/mnt/with space\\and\ttab',
      '/挂载/备机',
      '/mnt/bind',
      '/mnt/peer',
    ]);
    expect(mounts[2]).toMatchObject({ type: 'nfs4', source: '10.0.0.12:/export/share' });
    expect(mounts[2]?.options).toEqual(['rw', 'noatime', 'vers=4.2', 'hard', 'noac', 'addr=10.0.0.12']);
    expect(mounts[3]?.source).toBe('10.0.0.12:/a b');
    expect(mounts[4]).toMatchObject({ type: 'fuse.sshfs', source: 'root@10.0.0.12:/数据' });
  });

  it('has what was mounted last on top', () => {
    expect(mountsAt(mounts, '/mnt/peer/').map(({ type }) => type)).toEqual(['nfs4', 'tmpfs']);
    expect(mountsAt(mounts, '/mnt')).toEqual([]);
  });

  it('knows a bind mount by the directory that it shows', () => {
    const [bind] = mountsAt(mounts, '/mnt/bind');
    if (!bind) throw new Error('no bind');
    expect(isBindOf(mounts, bind, '/srv/share')).toBe(true);
    expect(isBindOf(mounts, bind, '/srv/share/')).toBe(true);
    expect(isBindOf(mounts, bind, '/srv')).toBe(false);
    expect(isBindOf(mounts, bind, '/mnt/peer/srv/share')).toBe(false);
  });

  it('knows which mount holds a path: the deepest, and of several there the visible one', () => {
    const holder = (path: string) => mountOf(mounts, path)?.id;
    expect(['/mnt/peer/redo/', '/mnt/peers', '/挂载/备机/x', '/'].map(holder)).toEqual([99, 27, 97, 27]);
    expect(mountOf([], '/mnt')).toBeUndefined();
  });

  it('reads this machine, and any text without throwing', () => {
    if (process.platform === 'linux') {
      const own = parseMountInfo(execFileSync('cat', ['/proc/self/mountinfo'], { encoding: 'utf8' }));
      expect(own.some(({ target }) => target === '/')).toBe(true);
    }
    fc.assert(fc.property(fc.string(), (junk) => void parseMountInfo(`${junk}\n${text}\n${junk}`)));
  });
});

describe('df', () => {
  it('reads GNU df, in any language, with spaces and other letters in names', () => {
    const english = `Filesystem                1024-blocks     Used Available Capacity Mounted on
10.0.0.12:/export/share     103081248 41232896  56589088      43% /mnt/peer`;
    const chinese = `文件系统                  1024-块     已用     可用 容量 挂载点
10.0.0.12:/数 据          103081248 41232896 56589088  43% /挂载/备 机
tmpfs                             0        0        0    - /dev/shm`;
    expect(parseDf(english)).toMatchObject([
      { source: '10.0.0.12:/export/share', total: 103081248, used: 41232896, available: 56589088, target: '/mnt/peer' },
    ]);
    expect(parseDf(chinese)).toMatchObject([
      { source: '10.0.0.12:/数 据', target: '/挂载/备 机' },
      { source: 'tmpfs', total: 0, target: '/dev/shm' },
    ]);
  });

  it("reads BusyBox' df, a source on a line of its own, and inodes", () => {
    const busybox = `Filesystem           1024-blocks    Used Available Capacity Mounted on
a-server-with-a-very-long-name.example.com:/export/share
                       103081248  41232896  56589088  42% /mnt/peer
/dev/sda1               7093752   6741784         0 100% /`;
    expect(parseDf(busybox)).toMatchObject([
      { source: 'a-server-with-a-very-long-name.example.com:/export/share', available: 56589088, target: '/mnt/peer' },
      { source: '/dev/sda1', available: 0, target: '/' },
    ]);
    const inodes = `Filesystem     Inodes IUsed   IFree IUse% Mounted on
/dev/vda2     6553600 99837 6453763    2% /mnt/peer
btrfs               0     0       0     - /b`;
    expect(parseDf(inodes)).toMatchObject([{ total: 6553600, available: 6453763 }, { total: 0 }]);
  });

  it('takes nothing for a line that is none', () => {
    expect(parseDf('df: /mnt: No such file or directory\nFilesystem 1K-blocks Used Available Use% Mounted on')).toEqual(
      [],
    );
    fc.assert(
      fc.property(fc.string(), (junk) => {
        for (const room of parseDf(junk)) expect(Number.isSafeInteger(room.total)).toBe(true);
      }),
    );
  });

  it.skipIf(process.platform !== 'linux')('reads what this machine prints, and its BusyBox', () => {
    const busybox = toolPath('busybox');
    for (const command of [['df'], ...(busybox ? [[busybox, 'df']] : [])]) {
      const out = execFileSync(command[0] ?? '', [...command.slice(1), '-P', '-k', '/'], { encoding: 'utf8' });
      expect(parseDf(out), out).toMatchObject([{ target: '/' }]);
      const stat = [...(command[0] === 'df' ? [] : [busybox ?? '']), ...statFsCommand(22, '/')];
      const figures = parseStatFs(execFileSync(stat[0] ?? '', stat.slice(1), { encoding: 'utf8' }));
      expect(figures?.freePercent).toBeGreaterThanOrEqual(0);
    }
  });
});

describe('stat -f', () => {
  it('gives percents, and none where nothing is counted', () => {
    expect(parseStatFs('1000 250 400 100 95\n')).toEqual({ freePercent: 25, freeInodesPercent: 25 });
    expect(parseStatFs('0 0 0 0 95')).toEqual({ freePercent: null, freeInodesPercent: null });
    fc.assert(fc.property(fc.string(), (junk) => void parseStatFs(junk)));
    expect(parseStatFs("stat: cannot read file system information for '/x'")).toBeUndefined();
  });
});

describe('who waits for a mount', () => {
  const listed = parsePs(`PID PPID ELAPSED COMMAND
10 1 00:09 stat -f -c %b %a %c %d 95 /mnt/peer
11 1 00:08 /usr/bin/stat -f -c %b %a %c %d 95 /mnt/??
12 1 00:07 busybox stat -f -c %b %a %c %d 95 /mnt/peer
13 1 00:09 timeout -s KILL 2 stat -f -c %b %a %c %d 95 /mnt/peer
14 1 00:09 sh -c env LC_ALL=C timeout -s KILL 2 stat -f -c '%b %a %c %d 95' /mnt/peer
15 1 00:09 stat -f -c %b %a %c %d 951 /mnt/peer
16 1 00:09 stat -f -c %b %a %c %d /mnt/peer 95 /
17 1 00:09 grep stat -f -c %b %a %c %d 95 /mnt/peer`);

  it('is known by the number of the mount, not by those who started it, nor by other mounts at the same place', () => {
    expect(askersOf(listed ?? [], 95).map(({ pid }) => pid)).toEqual([10, 11, 12]);
    expect(askersOf(listed ?? [], 951).map(({ pid }) => pid)).toEqual([15]);
    expect(askersOf(listed ?? [], 9)).toEqual([]);
  });
});

describe('a list of files', () => {
  it('reads names with spaces and other letters', () => {
    const text = `1764144000 16777216 /data/share/redo-0000000000000001.log
1764144060 12 /data/a b/数据 1.dat
find: x: Permission denied`;
    expect(parseFileList(text)).toMatchObject([
      { name: 'redo-0000000000000001.log', bytes: 16777216, modifiedS: 1764144000 },
      { name: '数据 1.dat', bytes: 12 },
    ]);
    fc.assert(fc.property(fc.string(), (junk) => void parseFileList(junk)));
  });

  it.skipIf(process.platform !== 'linux')('reads what this machine and its BusyBox print', () => {
    const busybox = toolPath('busybox');
    const [find = '', ...args] = listFilesCommand('/etc');
    for (const before of [[], ...(busybox ? [[busybox]] : [])]) {
      const [file = '', ...rest] = [...before, find, ...args];
      const out = execFileSync(file, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      expect(parseFileList(out).map(({ name }) => name)).toContain('passwd');
    }
  });
});

describe('ss and /proc/net', () => {
  it('read listening ports of several versions', () => {
    const debian12 = `udp   UNCONN 0      0          127.0.0.1:323        0.0.0.0:*    users:(("chronyd",pid=731,fd=5))
udp   UNCONN 0      0               [::]:7002            [::]:*
tcp   LISTEN 0      511          0.0.0.0:7001         0.0.0.0:*    users:(("mt server",pid=4242,fd=21),("mt",pid=4243,fd=21))
tcp   LISTEN 0      128    127.0.0.53%lo:53           0.0.0.0:*`;
    expect(parseSs(debian12)).toMatchObject([
      { protocol: 'udp', address: '127.0.0.1', port: 323, processes: [{ name: 'chronyd', pid: 731 }] },
      { protocol: 'udp', address: '::', port: 7002, processes: [] },
      { protocol: 'tcp', address: '0.0.0.0', port: 7001, processes: [{ pid: 4242 }, { pid: 4243 }] },
      { protocol: 'tcp', address: '127.0.0.53', port: 53 },
    ]);
    const centos7 = `Netid  State      Recv-Q Send-Q Local Address:Port               Peer Address:Port
tcp    LISTEN     0      128       *:7001                  *:*                   users:(("mt",pid=1,fd=3))
tcp    LISTEN     0      128    ::ffff:10.0.0.1:7003                 :::*
tcp    ESTAB      0      0      10.0.0.1:22                10.0.0.9:50000
udp    UNCONN     0      0         *:7002                  *:*`;
    expect(parseSs(centos7).map(({ protocol, address, port }) => `${protocol} ${address} ${port}`)).toEqual([
      'tcp * 7001',
      'tcp 10.0.0.1 7003',
      'udp * 7002',
    ]);
  });

  it('read /proc/net', () => {
    const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1B59 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17 1 0 100 0 0 10 0
   1: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 18 1 0 100 0 0 10 0
   2: 0100007F:0016 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 19 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000000000000:1B5B 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0 0
   1: 0000000000000000FFFF00000100000A:1B5C 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0 0
   2: 00000000000000000000000001000000:1B5D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0 0`;
    expect(parseProcNet('tcp', tcp).map(({ address, port }) => `${address} ${port}`)).toEqual([
      '0.0.0.0 7001',
      '127.0.0.1 22',
      ':: 7003',
      '10.0.0.1 7004',
      '::1 7005',
    ]);
    const udp = '  10: 00000000:1B5A 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0 17 2 0000 0';
    expect(parseProcNet('udp', udp)).toMatchObject([{ protocol: 'udp', address: '0.0.0.0', port: 7002 }]);
  });

  it('take any text', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        for (const { port } of [...parseSs(`tcp LISTEN 0 0 ${a}:${b}`), ...parseProcNet('udp', a)])
          expect(port).toBeLessThanOrEqual(65_535);
      }),
    );
  });
});

describe('time services', () => {
  it('read chronyc', () => {
    const text = `Reference ID    : 0A000001 (ntp1)
Stratum         : 3
System time     : 0.000251042 seconds slow of NTP time
Last offset     : -0.000112 seconds
Leap status     : Normal`;
    expect(parseChronyc(text)).toMatchObject({ synchronised: true });
    expect(parseChronyc(text)?.offsetMs).toBeCloseTo(-0.251);
    expect(parseChronyc(text.replace('Normal', 'Not synchronised'))).toMatchObject({
      synchronised: false,
      offsetMs: null,
    });
    expect(parseChronyc('506 Cannot talk to daemon')).toBeUndefined();
  });

  it('read timedatectl of several versions', () => {
    expect(parseTimedatectl('Timezone=Asia/Shanghai\nNTP=yes\nNTPSynchronized=yes\n')?.synchronised).toBe(true);
    expect(parseTimedatectl('      Local time: x\nSystem clock synchronized: no\n')?.synchronised).toBe(false);
    expect(parseTimedatectl('     NTP enabled: yes\nNTP synchronized: yes\n')?.synchronised).toBe(true);
    expect(parseTimedatectl('System has not been booted with systemd')).toBeUndefined();
  });

  it('read ntpq', () => {
    const text = `     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
+10.0.0.2        10.0.0.9         3 u   33   64  377    0.201    0.100   0.010
*10.0.0.1        .GPS.            1 u   12   64  377    0.101   -1.250   0.020`;
    expect(parseNtpq(text)).toMatchObject({ synchronised: true, offsetMs: 1.25 });
    expect(parseNtpq(text.replace('*10', ' 10'))).toMatchObject({ synchronised: false });
    expect(parseNtpq('ntpq: read: Connection refused')).toBeUndefined();
  });

  it("read date, and BusyBox' that knows no fractions", () => {
    expect(parseDate('1764144000.250000000\n')).toEqual({ wallMs: 1764144000250, wholeSeconds: false });
    expect(parseDate('1764144000.%N\n')).toEqual({ wallMs: 1764144000000, wholeSeconds: true });
    expect(parseDate('date: invalid')).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (junk) => {
        for (const parse of [parseChronyc, parseTimedatectl, parseNtpq, parseDate]) parse(junk);
      }),
    );
  });
});

describe('ZooKeeper', () => {
  it('reads srvr and mntr', () => {
    const srvr = `Zookeeper version: 3.8.0-1, built on 2022-12-28 12:30 UTC
Latency min/avg/max: 0/0.5/12
Received: 44
Sent: 43
Connections: 2
Outstanding: 3
Zxid: 0x100000021
Mode: follower
Node count: 17
`;
    expect(parseServerState(srvr)).toEqual({ says: 'serving', mode: 'follower', outstanding: 3 });
    const mntr = 'zk_version\t3.8.0\nzk_outstanding_requests\t7\nzk_server_state\tleader\n';
    expect(parseServerState(mntr)).toEqual({ says: 'serving', mode: 'leader', outstanding: 7 });
    expect(parseServerState('This ZooKeeper instance is not currently serving requests\n')).toEqual({
      says: 'not-serving',
    });
    expect(parseServerState('srvr is not executed because it is not in the whitelist.\n')).toEqual({
      says: 'forbidden',
    });
    fc.assert(fc.property(fc.string(), (junk) => void parseServerState(junk)));
  });
});

describe('ps', () => {
  it('reads procps and BusyBox by their headers', () => {
    const procps = `    PID    PPID     ELAPSED COMMAND
      1       0 12-03:04:05 /sbin/init splash
   4242       1    01:02:03 /opt/mt/bin/mt_server --node mt-01  --x
   4243    4242       00:59 /opt/mt/bin/mt_server --node mt-01 child`;
    const listed = parsePs(procps) ?? [];
    expect(listed[1]).toMatchObject({
      pid: 4242,
      parent: 1,
      runningS: 3723,
      command: '/opt/mt/bin/mt_server --node mt-01  --x',
    });
    expect(processesWith(listed, '--node mt-01').map(({ pid }) => pid)).toEqual([4242]);
    const busybox = `PID   USER     TIME  COMMAND
    1 root      0:01 {init} /bin/sh
   77 mt        9:12 mt_server --node mt-01
   78 mt        9:12 mt_server --node mt-01`;
    expect(processesWith(parsePs(busybox) ?? [], 'mt-01').map(({ pid }) => pid)).toEqual([77, 78]);
    expect(parsePs('ps: unrecognized option: e\nBusyBox v1.36')).toBeUndefined();
  });

  it('does not take a look at it for it', () => {
    const text = `PID PPID COMMAND
10 1 ps -e -o pid,ppid,etime,args
11 1 /usr/bin/sudo -n grep mt-01
12 1 timeout -s KILL 2 grep mt-01`;
    expect(processesWith(parsePs(text) ?? [], 'mt-01')).toEqual([]);
  });

  it('reads elapsed times of every kind', () => {
    expect(['3600', '59:59', '01:02:03', '1-02:03:04', '1d02', '3h05', 'x'].map(elapsedSeconds)).toEqual([
      3600,
      3599,
      3723,
      93784,
      93600,
      11100,
      null,
    ]);
    fc.assert(fc.property(fc.string(), fc.string(), (header, junk) => void parsePs(`PID ${header} COMMAND\n${junk}`)));
  });
});

it('a line of ps is shown without sessions, tokens and passwords, and found by its whole command', () => {
  const [mt] =
    parsePs('PID PPID ELAPSED COMMAND\n7 1 9 mt --session abc-1 --token=t2 PASSWORD=p3 --port 7001 --verbose\n') ?? [];
  expect(mt?.line).toBe('7 1 9 mt --session [redacted] --token=[redacted] PASSWORD=[redacted] --port 7001 --verbose');
  expect(mt?.command).toContain('--session abc-1');
});
