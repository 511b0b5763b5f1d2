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

/** Listening (TCP), or bound and not connected (UDP), as /proc/net says it. */
const PROC_STATES = { tcp: '0A', udp: '07' } as const;

/** Reads /proc/net/tcp and tcp6, or udp and udp6, for hosts without ss: whose a port is does not stand there. */
export function parseProcNet(protocol: 'tcp' | 'udp', text: string): ListeningPort[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F:]+ ([0-9A-F]{2}) /.exec(line);
    if (!found || found[3] !== PROC_STATES[protocol]) return [];
    const [, address = '', port = ''] = found;
    return [
      { protocol, address: addressOf(address), port: Number.parseInt(port, 16), processes: [], line: line.trim() },
    ];
  });
}

/** Words of 32 bits in the machine's order, which is little-endian wherever this is met. */
function addressOf(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).reverse());
  if (words.length === 1) return (words[0] ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
  const bytes = words.flat();
  if (bytes.every((byte) => byte === '00')) return '::';
  if (bytes.slice(0, 15).every((byte) => byte === '00') && bytes[15] === '01') return '::1';
  if (bytes.slice(0, 10).every((byte) => byte === '00') && bytes[10] === 'FF' && bytes[11] === 'FF')
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  return (bytes.join('').match(/.{4}/g) ?? []).join(':').toLowerCase();
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
