import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { toolPath } from '#test/server-tools';

/** What a reader said of a text, as it would on a server. */
export interface Reading {
  code: number | null;
  out: string;
  error: string;
}

/**
 * Runs a script in mount and network namespaces of its own, beside files that are there for it alone: nothing of this
 * machine is changed or opened. `$DIR` is the folder of the files.
 */
export function readPrivately(script: string, files: Readonly<Record<string, string>> = {}): Reading {
  const directory = mkdtempSync(join(tmpdir(), 'kuantu-readers-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    const args = ['--mount', '--net', 'bash', '-euc', script];
    const { status, stdout, stderr } = spawnSync(toolPath('unshare') ?? 'unshare', args, {
      encoding: 'utf8',
      env: { ...process.env, DIR: directory, LC_ALL: 'C', PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    });
    return { code: status, out: stdout, error: stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Exports as `exportfs -ra` takes them, with the directories there; `out` is its table of what is exported. */
export function readExports(text: string, directories: readonly string[]): Reading {
  return readPrivately(
    `mount -t tmpfs tmpfs /var/lib/nfs; touch /var/lib/nfs/etab /var/lib/nfs/rmtab
     mount -t tmpfs tmpfs /srv; while IFS= read -r -d '' each; do mkdir -p -- "$each"; done < "$DIR/directories"
     mount --bind "$DIR/exports" /etc/exports; mount -t tmpfs tmpfs /etc/exports.d 2>/dev/null || true
     exportfs -ra; cat /var/lib/nfs/etab`,
    { exports: text, directories: directories.map((each) => `${each}\0`).join('') },
  );
}

/** A table of mounts as `mount` and systemd take it, with the mount points there. */
export function readFstab(text: string, targets: readonly string[]): Reading {
  return readPrivately(
    `mount -t tmpfs tmpfs /mnt; while IFS= read -r -d '' each; do mkdir -p -- "$each"; done < "$DIR/targets"
     findmnt --verify --tab-file "$DIR/fstab"; findmnt --fstab --tab-file "$DIR/fstab" -n -r -o SOURCE,TARGET,FSTYPE,OPTIONS`,
    { fstab: text, targets: targets.map((each) => `${each}\0`).join('') },
  );
}

/** Units by their names, as systemd loads them. */
export function readUnits(units: Readonly<Record<string, string>>): Reading {
  return readPrivately('cd "$DIR"; systemd-analyze verify ./*', units);
}

/** A file of nft commands against the chain that Debian's own configuration makes; `out` is the chain afterwards. */
export function readNft(text: string): Reading {
  return readPrivately(
    `nft 'table inet filter { chain input { type filter hook input priority filter; policy drop; }; }'
     nft -c -f "$DIR/rules"; nft -f "$DIR/rules"; nft list chain inet filter input`,
    { rules: text },
  );
}
