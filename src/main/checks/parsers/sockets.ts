/** A port that something listens on. */
export interface ListeningPort {
  protocol: 'tcp' | 'udp';
  /** As it is bound: `0.0.0.0`, `::`, `*`, or one address. */
  address: string;
  port: number;
  /** Whose it is, where that was shown. */
  processes: { name: string; pid: number }[];
  line: string;
}

/** Reads `ss -l -n -t -u -p`, with its header or without, of any version. Lines that are none are left out. */
export function parseSs(text: string): ListeningPort[] {
  return text.split('\n').flatMap((line) => {
    const [netid, state, , , local, , ...rest] = line.trim().split(/\s+/);
    if ((netid !== 'tcp' && netid !== 'udp') || local === undefined) return [];
    if (state !== 'LISTEN' && state !== 'UNCONN') return [];
    const place = placeOf(local);
    if (!place) return [];
    const processes = [...rest.join(' ').matchAll(/\("((?:[^"\\]|\\.)*)",pid=(\d+)/g)];
    return [
      {
        protocol: netid,
        ...place,
        processes: processes.map(([, name = '', pid]) => ({ name, pid: Number(pid) })),
        line: line.trim(),
      },
    ];
  });
}

/** Reads `netstat -l -n -t -u -p` (net-tools and BusyBox), for hosts without ss. */
export function parseNetstat(text: string): ListeningPort[] {
  return text.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    const protocol = /^(tcp|udp)6?$/.exec(words[0] ?? '')?.[1];
    const [, , , local, , ...rest] = words;
    if (protocol === undefined || local === undefined) return [];
    if (protocol === 'tcp' && rest[0] !== 'LISTEN') return [];
    const place = placeOf(local);
    if (!place) return [];
    const owner = /(?:^| )(\d+)\/(\S.*)$/.exec(rest.join(' '));
    const processes = owner ? [{ pid: Number(owner[1]), name: owner[2] ?? '' }] : [];
    return [{ protocol: protocol === 'tcp' ? 'tcp' : 'udp', ...place, processes, line: line.trim() } as const];
  });
}

/** `0.0.0.0:22`, `[::1]:22`, `:::22`, `*:22`, `127.0.0.53%lo:53` */
function placeOf(local: string): { address: string; port: number } | undefined {
  const colon = local.lastIndexOf(':');
  const port = local.slice(colon + 1);
  if (colon < 0 || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) return undefined;
  const address = local
    .slice(0, colon)
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
    .replace(/^::ffff:(?=\d+\.)/, '');
  return { address: address === '' ? '*' : address, port: Number(port) };
}
