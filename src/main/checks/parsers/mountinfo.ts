/** One line of /proc/self/mountinfo. */
export interface Mount {
  id: number;
  /** `major:minor` of the file system's device. */
  device: string;
  /** What of the file system is shown at the target: `/`, or the directory of a bind mount. */
  root: string;
  target: string;
  type: string;
  source: string;
  /** The mount's own options and the file system's. */
  options: string[];
  /** As the kernel gave it. */
  line: string;
}

/** Reads /proc/self/mountinfo. Lines that are none are left out; later lines lie over earlier ones. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

/** `36 35 98:0 /root /target rw,noatime shared:1 - ext4 /dev/sda1 rw,errors=continue` */
function parseLine(line: string): Mount | undefined {
  const separator = line.indexOf(' - ');
  if (separator < 0) return undefined;
  const [id, , device, root, target, options] = line.slice(0, separator).split(' ');
  // A file system without a source leaves two spaces.
  const [type, source = '', superOptions = ''] = line.slice(separator + 3).split(' ');
  if (id === undefined || !/^\d+$/.test(id) || device === undefined || !/^\d+:\d+$/.test(device)) return undefined;
  if (!root || !target?.startsWith('/') || !options || !type) return undefined;
  return {
    id: Number(id),
    device,
    root: unescaped(root),
    target: unescaped(target),
    type,
    source: unescaped(source),
    options: [...new Set([...options.split(','), ...superOptions.split(',')].map(unescaped))].filter((o) => o !== ''),
    line,
  };
}

/** The kernel writes space, tab, line feed, backslash and # as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Without slashes at the end, and `/` for the root. */
export function plainPath(path: string): string {
  return path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

/** Everything mounted at a directory, the visible one last. */
export function mountsAt(mounts: readonly Mount[], target: string): Mount[] {
  const path = plainPath(target);
  return mounts.filter((mount) => mount.target === path);
}

/** The mount that holds a path, as far as no symbolic link leads elsewhere; undefined where none does. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | undefined {
  const plain = plainPath(path);
  return mounts
    .filter(({ target }) => plain === target || isBelow(plain, target))
    .reduce<Mount | undefined>(
      (best, each) => (best && best.target.length > each.target.length ? best : each),
      undefined,
    );
}

/** Whether a mount shows a directory of the same server, as a bind mount does. */
export function isBindOf(mounts: readonly Mount[], mount: Mount, directory: string): boolean {
  const path = plainPath(directory);
  const others = mounts.filter((each) => each !== mount);
  const holder = mountOf(others, path);
  if (!holder || holder.device !== mount.device) return false;
  const inside = holder.target === '/' ? path : path.slice(holder.target.length);
  return plainPath(mount.root) === plainPath(`${holder.root}/${inside}`);
}

function isBelow(path: string, directory: string): boolean {
  return directory === '/' ? path !== '/' : path.startsWith(`${directory}/`);
}
