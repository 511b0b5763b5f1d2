import { type SetupValues, serverIndexes } from './values.ts';

/** Who reaches a server from elsewhere: this console, the other server, and those who read its address in ZooKeeper. */
export type NatViewer = 'console' | 'peer' | 'registered';

/** One line that a router has to have: what its viewers dial outside, and where that leads (F3: t2 is TCP, f2 is UDP). */
export interface NatLine {
  server: 0 | 1;
  /** All who dial it: those who see the same address and port share a line. */
  viewers: NatViewer[];
  service: 't2' | 'f2';
  protocol: 'tcp' | 'udp';
  outside: { host: string; port: number | null };
  inside: { host: string; port: number | null };
  /** The draft's field with the port that the first of them dials. */
  field: string;
}

/** A server's address on its own interface: what was said, else as the console reaches it. */
export function ownHost(values: SetupValues, index: 0 | 1): string {
  return values.sharing.hosts[index].own.trim() || values.servers[index].host.trim();
}

/** The port at the server itself: where nothing else was said, the one that the console dials. */
export function ownPort(values: SetupValues, index: 0 | 1, port: 't2Port' | 'f2Port'): number | null {
  const { nat, own } = values.servers[index];
  return (nat ? own[port] : null) ?? values.node.instances[index][port];
}

/** Where each of those who dial a server finds it, with the field of the draft that says so. */
export function viewsOf(values: SetupValues, index: 0 | 1) {
  const { nat, host, peer, registered } = values.servers[index];
  const { t2Port, f2Port } = values.node.instances[index];
  const fromConsole = { viewer: 'console' as const, at: `node.instances.${index}`, host: host.trim(), t2Port, f2Port };
  const seen = (viewer: 'peer' | 'registered', view: typeof peer) => ({
    viewer,
    at: `servers.${index}.${viewer}`,
    ...view,
    host: view.host.trim(),
  });
  if (!nat) return [fromConsole];
  const others = [seen('peer', peer), seen('registered', registered)];
  return [fromConsole, ...others.filter(({ viewer }) => values.mode !== 'single' || viewer !== 'peer')];
}

/**
 * The router's table for t2 and f2, whole: every outside address and port that anybody dials, and where each leads. Whoever
 * reaches a server at its own address needs none. Pure.
 */
export function natLines(values: SetupValues): NatLine[] {
  return serverIndexes(values).flatMap((server) => {
    if (!values.servers[server].nat) return [];
    const host = ownHost(values, server);
    const lines: NatLine[] = [];
    for (const { viewer, at, ...view } of viewsOf(values, server)) {
      if (view.host === host) continue;
      for (const [service, name, protocol] of [
        ['t2', 't2Port', 'tcp'],
        ['f2', 'f2Port', 'udp'],
      ] as const) {
        const outside = { host: view.host, port: view[name] };
        const same = lines.find((line) => line.service === service && isSameEnd(line.outside, outside));
        if (same) same.viewers.push(viewer);
        else {
          const inside = { host, port: ownPort(values, server, name) };
          lines.push({ server, viewers: [viewer], service, protocol, outside, inside, field: `${at}.${name}` });
        }
      }
    }
    return lines;
  });
}

function isSameEnd(a: NatLine['outside'], b: NatLine['outside']): boolean {
  return a.host.toLowerCase() === b.host.toLowerCase() && a.port === b.port;
}

/** Lines of which a router could only have the first: the same address, port and protocol outside lead elsewhere already. */
export function natConflicts(values: SetupValues): { line: NatLine; first: NatLine }[] {
  const lines = natLines(values).filter(({ outside }) => outside.host !== '' && outside.port !== null);
  return lines.flatMap((line, at) => {
    const first = lines.findIndex((each) => each.protocol === line.protocol && isSameEnd(each.outside, line.outside));
    const [one] = lines.slice(first, first + 1);
    return one && first < at ? [{ line, first: one }] : [];
  });
}
