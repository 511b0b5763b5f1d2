import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataSyncItems, type SetupItem } from '#main/data-sync-setup';
import type { DataSync } from '#shared/domain';
import { asPlan, natPlan, plainPlan } from '#test/data-sync-plans';
import { skipWithoutSetupReaders, toolPath } from '#test/server-tools';
import { readExports, readFstab, readNft, readPrivately, readUnits } from '#test/setup-readers';
import { exportsPath, fstabField, unitName } from '../../../src/main/data-sync-setup/escape.ts';

const odd = { shareDirectory: '/srv/宽途 数据/a"b#c(1)', mountPoint: '/mnt/对端 100%-x.y' };
const IPV6_A = { addresses: { own: 'fd00::11' } };
const IPV6_B = { addresses: { own: 'fd00::12' } };
const PLAN_NAT_3 = asPlan(natPlan({ nfsVersion: '3', mappings: [] }));
const PLAN_IPV6 = asPlan(plainPlan({ nfsVersion: '3' }, IPV6_A, IPV6_B));
const plans: [string, DataSync][] = [
  ['plain', asPlan(plainPlan())],
  ['NAT', asPlan(natPlan())],
  ['NAT, NFSv3', PLAN_NAT_3],
  ['plain, odd names, automount', asPlan(plainPlan({ node: '宽途/1'.replace('/', ' %'), automount: true }, odd, odd))],
  ['IPv6, NFSv3', PLAN_IPV6],
];

const itemsOf = (plan: DataSync, host: string, id: RegExp): SetupItem[] =>
  dataSyncItems(plan).filter((item) => item.host === host && id.test(item.id));
const withFirewall = (plan: DataSync, firewall: DataSync['servers'][0]['firewall']): DataSync => ({
  ...plan,
  servers: [
    { ...plan.servers[0], firewall },
    { ...plan.servers[1], firewall },
  ],
});
/** The commands of a firewall's items, as they are run. */
const commandsOf = (plan: DataSync, host: string): string[][] =>
  itemsOf(plan, host, /^firewall-/).flatMap(({ step }) => (step?.kind === 'command' ? [step.argv] : []));

describe.skipIf(skipWithoutSetupReaders())('texts for NFS and firewalls, read by who reads them on a server', () => {
  describe.each(plans)('%s', (_name, plan) => {
    it.each(['A', 'B'])('exports of %s: exportfs -ra takes them without a word', (host) => {
      const server = plan.servers[host === 'A' ? 0 : 1];
      const text = itemsOf(plan, host, /^exports$/)
        .map(({ content }) => content)
        .join('');
      const { code, out, error } = readExports(text, [server.shareDirectory]);
      expect({ code, error }).toEqual({ code: 0, error: '' });
      const [, client = ''] = /\t([^(]+)\(/.exec(out) ?? [];
      expect(out.trim().split('\n')).toHaveLength(1);
      expect(client).not.toContain('*');
      expect(out).toMatch(/\(rw,sync,.*root_squash/);
      // A client whose router changes its source port is refused without it.
      expect(out.includes(',insecure,')).toBe(plan.servers[host === 'A' ? 1 : 0].nat);
    });

    it('systemd takes the units, under the names that their mount points demand', () => {
      for (const { name } of plan.servers) {
        const units = Object.fromEntries(
          itemsOf(plan, name, /^(unit|automount)$/).flatMap(({ step }) =>
            step?.kind === 'file' ? [[step.path.split('/').at(-1) ?? '', step.content]] : [],
          ),
        );
        expect(Object.keys(units)).toHaveLength(plan.automount ? 2 : 1);
        const { code, error } = readUnits(units);
        expect({ code, error }).toEqual({ code: 0, error: '' });
      }
    });

    it('mount takes the lines of fstab, and reads back what was meant', () => {
      for (const { name, mountPoint } of plan.servers) {
        const [line] = itemsOf(plan, name, /^fstab$/);
        const { code, out } = readFstab(line?.content ?? '', [mountPoint]);
        expect(code).toBe(0);
        expect(out).toContain('Success, no errors or warnings detected');
        const unescaped = out.replace(/(\\x[0-9a-f]{2})+/g, (bytes) =>
          Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8'),
        );
        expect(unescaped).toContain(` ${mountPoint} nfs`);
      }
    });

    it('nft checks and loads the rules, at the head of the chain that decides', () => {
      const [file] = itemsOf(withFirewall(plan, 'nftables'), 'A', /^firewall-file$/);
      const { code, out, error } = readNft(file?.content ?? '');
      expect({ code, error }).toEqual({ code: 0, error: '' });
      expect(out).toMatch(/tcp dport 7001 accept comment "kuantu /);
      expect(out).toMatch(/udp dport 7002 accept comment "kuantu /);
      expect(out).toMatch(/ip6? saddr \S+ tcp dport 2049 accept/);
    });

    it.each(['A', 'B'])('iptables-restore tests the rules of %s', (host) => {
      const commands = commandsOf(withFirewall(plan, 'iptables'), host);
      for (const program of ['iptables', 'ip6tables']) {
        const quoted = (word: string) => (word.includes(' ') ? `"${word}"` : word);
        const rules = commands.filter(([name]) => name === program).map(([, , ...rule]) => rule.map(quoted).join(' '));
        const text = ['*filter', ...rules, 'COMMIT', ''].join('\n');
        const { code, error } = readPrivately(`${program}-restore --test < "$DIR/rules"`, { rules: text });
        expect({ program, code, error }).toEqual({ program, code: 0, error: '' });
      }
    });
  });

  it('firewalld takes every rule, and finds its configuration in order', () => {
    const rules = [PLAN_NAT_3, PLAN_IPV6]
      .flatMap((plan) => commandsOf(withFirewall(plan, 'firewalld'), 'A'))
      .filter((argv) => argv.includes('--permanent'))
      .map((argv) => argv.at(-1) ?? '');
    const list = (kind: string) =>
      [...new Set(rules.filter((rule) => rule.startsWith(`--add-${kind}=`)))].map((rule) => `${rule}\0`).join('');
    const run = 'firewall-offline-cmd --system-config="$DIR"';
    const { code, out, error } = readPrivately(
      `mkdir "$DIR/zones"; cp /etc/firewalld/firewalld.conf "$DIR"; xargs -0 -a "$DIR/ports" ${run}; xargs -0 -a "$DIR/rich" ${run}
       ${run} --check-config; ${run} --list-all`,
      { ports: list('port'), rich: list('rich-rule') },
    );
    expect({ code, error }).toEqual({ code: 0, error: '' });
    expect(out).toContain('7002/udp');
    expect(out).toContain('rule family="ipv4" source address="198.51.100.7" port port="2049" protocol="tcp" accept');
    expect(out).toContain('rule family="ipv6" source address="fd00::12" port port="2049" protocol="tcp" accept');
  });

  it('ufw takes every rule, and lists it as it is looked for', () => {
    const commands = [asPlan(natPlan()), asPlan(plainPlan({}, IPV6_A, IPV6_B))].flatMap((plan) =>
      itemsOf(withFirewall(plan, 'ufw'), 'A', /^firewall-/).flatMap(({ step }) =>
        step?.kind === 'command' ? [step] : [],
      ),
    );
    const { code, out, error } = readPrivately(
      `mount -t tmpfs tmpfs /run; cp -a /etc/ufw/. "$DIR/ufw"; mount --bind "$DIR/ufw" /etc/ufw
       ip link set lo up; source "$DIR/commands"; echo LISTED; ufw show added`,
      {
        'ufw/.keep': '',
        commands: commands.map(({ argv }) => argv.map((word) => `'${word}'`).join(' ')).join('\n'),
      },
    );
    expect({ code, error }).toEqual({ code: 0, error: '' });
    const listed = out.split('LISTED\n')[1];
    for (const { doneWhen } of commands) expect(listed).toContain(doneWhen.prints);
  });

  it('nfsconf reads the fixed ports', () => {
    const [item] = itemsOf(asPlan(plainPlan({ nfsVersion: '3' })), 'A', /^nfs-conf$/);
    const { out } = readPrivately(
      'for each in "mountd port" "statd port" "statd outgoing-port" "lockd port" "lockd udp-port" "nfsd vers3"; do nfsconf --file "$DIR/nfs.conf" --get $each; done',
      { 'nfs.conf': item?.content ?? '' },
    );
    expect(out).toBe('20048\n32765\n32766\n32803\n32803\ny\n');
  });

  it('any path comes back as it was: exports, fstab and unit names', () => {
    const segment = fc
      .string({ unit: fc.constantFrom(...'aZ09 ._-"#()\'%,:;@$`!*?[]{}|~^+宽途ä😀'), minLength: 1, maxLength: 12 })
      .filter((text) => !/^\.{1,2}$|\s$/.test(text));
    const paths = fc.sample(fc.array(segment, { minLength: 1, maxLength: 3 }), { numRuns: 150, seed: 7 });
    const unique = [...new Map(paths.map((parts, index) => [`/srv/${index} ${parts.join('/')}`, index])).keys()];

    const exported = readExports(
      unique.map((path) => `${exportsPath(path)} 10.0.0.12(rw,sync,no_subtree_check)\n`).join(''),
      unique,
    );
    expect({ code: exported.code, error: exported.error }).toEqual({ code: 0, error: '' });
    const read = exported.out
      .trim()
      .split('\n')
      .map((line) =>
        (line.split('\t')[0] ?? '').replace(/\\([0-7]{3})/g, (_, digits) =>
          String.fromCharCode(Number.parseInt(digits, 8)),
        ),
      );
    expect(read.sort()).toEqual([...unique].sort());

    const targets = unique.map((path) => path.replace('/srv/', '/mnt/'));
    const fstab = targets
      .map((path) => `${fstabField(`10.0.0.12:${path}`)} ${fstabField(path)} nfs4 rw 0 0\n`)
      .join('');
    expect(readFstab(fstab, targets).out).toContain('Success, no errors or warnings detected');

    const { stdout } = spawnSync(toolPath('systemd-escape') ?? '', ['--path', '--suffix=mount', ...targets], {
      encoding: 'utf8',
    });
    expect(targets.map((path) => unitName(path, 'mount')).join(' ')).toBe(stdout.trim());
  });

  it('and each of these readers would have said so', () => {
    expect(readExports('/srv/x y 10.0.0.12(rw,sync,no_subtree_check)\n', ['/srv/x y']).error).not.toBe('');
    expect(readExports('/srv/x 10.0.0.12(rw,sync,no_subtree_check,noac)\n', ['/srv/x']).error).toContain(
      'unknown keyword',
    );
    expect(readExports('/srv/x 10.0.0.12 (rw,sync,no_subtree_check)\n', ['/srv/x']).error).not.toBe('');
    expect(readFstab('10.0.0.12:/x y /mnt/x nfs4 rw 0 0\n', ['/mnt/x']).code).not.toBe(0);
    expect(readUnits({ 'mnt-x.mount': '[Mount]\nWhat=10.0.0.12:/x\nWhere=/mnt/y\nType=nfs4\n' }).code).not.toBe(0);
    expect(readNft('insert rule inet filter input tcp dport 99999 accept\n').code).not.toBe(0);
    const badRule = '*filter\n-I INPUT -p udp -s 10.0.0.300 --dport 1 -j ACCEPT\nCOMMIT\n';
    expect(readPrivately('iptables-restore --test < "$DIR/rules"', { rules: badRule }).code).not.toBe(0);
    const firewalld = `mkdir "$DIR/zones"; cp /etc/firewalld/firewalld.conf "$DIR"; firewall-offline-cmd --system-config="$DIR"`;
    expect(readPrivately(`${firewalld} --add-port=70000/udp`).error).toContain('INVALID_PORT');
    const badRich = 'rule family="ipv4" source address="10.0.0.300" port port="2049" protocol="tcp" accept';
    expect(readPrivately(`${firewalld} --add-rich-rule='${badRich}'`).error).toContain('INVALID_ADDR');
    const ufw = readPrivately(
      `mount -t tmpfs tmpfs /run; mkdir "$DIR/ufw"; cp -a /etc/ufw/. "$DIR/ufw"; mount --bind "$DIR/ufw" /etc/ufw
       ip link set lo up; ufw allow proto tcp from 10.0.0.300 to any port 2049`,
    );
    expect(ufw.error).toContain('Bad source address');
    const noAssignment = '[mountd]\nport 20048\n';
    expect(
      readPrivately('nfsconf --file "$DIR/nfs.conf" --get mountd port', { 'nfs.conf': noAssignment }),
    ).toMatchObject({
      code: 1,
      error: expect.stringContaining('config error'),
    });
  });
});
