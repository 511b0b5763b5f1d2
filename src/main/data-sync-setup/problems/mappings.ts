import type { DataSync, DataSyncServer, PortMapping, Viewer } from '#shared/domain';
import { addressFor, isTranslated, mappingFor, mappingsTo, VIEWERS } from '../endpoints.ts';
import { problem, type SetupProblem } from '../problem.ts';
import { type Service, servicesOf } from '../services.ts';

/** What is wrong with the router's table, line by line, and what it lacks. */
export function mappingProblems(topology: DataSync): SetupProblem[] {
  const { mappings } = topology;
  const found = mappings.flatMap((mapping, index) => {
    const first = mappings.findIndex((each) => isSameOutside(each, mapping));
    return [...duplicateProblems(mappings, first, index), ...lineProblems(topology, mapping)].map((each) => ({
      ...each,
      path: ['mappings', index, ...each.path],
    }));
  });
  // Lines that are wrong are what is missing, under another name.
  return found.length > 0 ? found : [...missingLines(topology), ...collisions(topology)];
}

function isSameOutside(a: PortMapping, b: PortMapping): boolean {
  return a.outsideAddress === b.outsideAddress && a.outsidePort === b.outsidePort && a.protocol === b.protocol;
}

function duplicateProblems(mappings: readonly PortMapping[], first: number, index: number): SetupProblem[] {
  const [one, other] = [mappings[first], mappings[index]];
  if (first === index || !one || !other) return [];
  const isSame = one.server === other.server && one.insidePort === other.insidePort;
  const params = {
    line: first + 1,
    outside: `${other.outsideAddress}:${other.outsidePort}/${other.protocol}`,
  };
  return [problem(['outsidePort'], isSame ? 'mappingTwice' : 'mappingConflict', params)];
}

function lineProblems(topology: DataSync, mapping: PortMapping): SetupProblem[] {
  const { server: name, protocol, insidePort, outsideAddress, outsidePort } = mapping;
  const server = topology.servers.find((each) => each.name === name);
  if (!server) return [problem(['server'], 'mappingServer', { server: name })];
  if (!server.nat) return [problem(['server'], 'mappingWithoutNat', { server: name })];
  const addresses = VIEWERS.filter((viewer) => isTranslated(server, viewer)).map((viewer) =>
    addressFor(server, viewer),
  );
  if (!addresses.includes(outsideAddress))
    return [problem(['outsideAddress'], 'mappingAddress', { server: name, address: outsideAddress })];
  const atPort = servicesOf(topology, server).filter(({ port }) => port === insidePort);
  const service = atPort.find((each) => each.protocol === protocol);
  const params = { server: name, port: insidePort };
  if (!service) {
    const other = atPort[0];
    if (!other) return [problem(['insidePort'], 'mappingPort', params)];
    const wrong = { ...params, service: other.name, is: protocol, must: other.protocol };
    return [problem(['protocol'], 'mappingProtocol', wrong)];
  }
  if (service.isFixed && outsidePort !== insidePort)
    return [problem(['outsidePort'], 'mappingFixed', { ...params, service: service.name })];
  return [];
}

/** A line that a router has to have. */
export interface NeededMapping {
  mapping: PortMapping;
  service: Service;
  /** Whether the table, as it was given, has it. */
  isGiven: boolean;
  /** Who dials it; empty: nobody that is known here, but it was given. */
  dialledBy: Viewer[];
}

/** What has to be forwarded: a line for each address and port that somebody dials, and every line that was given. */
export function neededMappings(topology: DataSync): NeededMapping[] {
  return topology.servers.flatMap((server) =>
    servicesOf(topology, server).flatMap((service) => {
      const needed: NeededMapping[] = [];
      for (const viewer of viewersOf(server, service)) {
        const given = mappingFor(topology, server, service, viewer);
        const mapping = given ?? asItIs(server, service, addressFor(server, viewer));
        const same = needed.find((each) => isSameOutside(each.mapping, mapping));
        if (same) same.dialledBy.push(viewer);
        else needed.push({ mapping, service, isGiven: given !== undefined, dialledBy: [viewer] });
      }
      const others = mappingsTo(topology, server, service).filter(
        (each) => !needed.some(({ mapping }) => isSameOutside(mapping, each)),
      );
      return [...needed, ...others.map((mapping) => ({ mapping, service, isGiven: true, dialledBy: [] }))];
    }),
  );
}

/** Those on the other side of the router who use a service: NFS is for the other server alone; the node has clients. */
function viewersOf(server: DataSyncServer, { name }: Service): Viewer[] {
  const viewers: readonly Viewer[] = name === 't2' || name === 'f2' ? VIEWERS : ['peer'];
  return viewers.filter((viewer) => isTranslated(server, viewer));
}

function asItIs({ name: server }: DataSyncServer, { protocol, port }: Service, outsideAddress: string): PortMapping {
  return { server, protocol, outsideAddress, outsidePort: port, insidePort: port };
}

/** The plan with a line for everything that has to be forwarded: what its table does not say is forwarded as it is. */
export function withWholeTable(topology: DataSync): DataSync {
  const rest = neededMappings(topology).filter(({ isGiven }) => !isGiven);
  return { ...topology, mappings: [...topology.mappings, ...rest.map(({ mapping }) => mapping)] };
}

/** A table that was given has to be complete; without one all of it is still to be made. */
function missingLines(topology: DataSync): SetupProblem[] {
  if (topology.mappings.length === 0) return [];
  return neededMappings(topology)
    .filter(({ isGiven }) => !isGiven)
    .map(({ mapping: { server, protocol, insidePort, outsideAddress }, service }) =>
      problem(['mappings'], 'mappingMissing', {
        server,
        service: service.name,
        protocol,
        port: insidePort,
        address: outsideAddress,
      }),
    );
}

/** Two servers behind one outside address cannot both have a port as it is. */
function collisions(topology: DataSync): SetupProblem[] {
  const needed = neededMappings(topology);
  return needed.flatMap(({ mapping, service }, index) => {
    const first = needed.findIndex((each) => isSameOutside(each.mapping, mapping));
    if (first === index) return [];
    const server = topology.servers.findIndex(({ name }) => name === mapping.server);
    const path = service.name === 'portmapper' ? ['nfsVersion'] : ['servers', server, 'ports', service.name];
    const outside = `${mapping.outsideAddress}:${mapping.outsidePort}/${mapping.protocol}`;
    const [one, other] = [needed[first]?.mapping.server ?? '', mapping.server];
    return [problem(path, service.isFixed ? 'fixedCollision' : 'collision', { outside, one, other })];
  });
}
