import { type DataSync, dataSyncSchema } from '#shared/domain';

type Input = Record<string, unknown>;
type ServerInput = Input & { addresses?: Input; ports?: Input };

/** Two servers of one network; `a` and `b` change what they say. */
export function plainPlan(more: Input = {}, a: ServerInput = {}, b: ServerInput = {}): Input {
  return {
    node: 'mt-01',
    servers: [server('A', '10.0.0.11', a), server('B', '10.0.0.12', b)],
    ...more,
  };
}

/** A behind a router that translates, with its whole table; B in another network. The router changes every port. */
export function natPlan(more: Input = {}, a: ServerInput = {}, b: ServerInput = {}): Input {
  const outside = { peer: '203.0.113.5', console: '203.0.113.5', zooKeeperClients: '203.0.113.5' };
  const mapping = (protocol: string, outsidePort: number, insidePort: number) => ({
    server: 'A',
    protocol,
    outsideAddress: '203.0.113.5',
    outsidePort,
    insidePort,
  });
  return {
    node: 'mt-01',
    servers: [
      server('A', '192.168.1.10', { nat: true, ...a, addresses: { ...outside, ...a.addresses } }),
      server('B', '198.51.100.7', b),
    ],
    mappings: [mapping('tcp', 17_001, 7_001), mapping('udp', 17_002, 7_002), mapping('tcp', 12_049, 2_049)],
    ...more,
  };
}

function server(name: string, own: string, { addresses, ports, ...more }: ServerInput): Input {
  return {
    name,
    addresses: { own, ...addresses },
    ports: { t2: 7_001, f2: 7_002, ...ports },
    shareDirectory: `/srv/kuantu/${name.toLowerCase()}/share`,
    mountPoint: `/mnt/kuantu/${name === 'A' ? 'b' : 'a'}`,
    ...more,
  };
}

export const asPlan = (input: Input): DataSync => dataSyncSchema.parse(input);
