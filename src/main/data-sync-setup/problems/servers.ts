import { isIP } from 'node:net';
import type { DataSync, DataSyncServer } from '#shared/domain';
import { directoryTrouble, isWithin } from '../directories.ts';
import { addressFor, familyOf, isTranslated, sourceOf, VIEWERS } from '../endpoints.ts';
import { problem, type SetupProblem } from '../problem.ts';
import { servicesOf } from '../services.ts';

/** What is wrong with each server by itself. */
export function serverProblems(topology: DataSync): SetupProblem[] {
  return topology.servers.flatMap((server, index) =>
    [...addressProblems(server), ...portProblems(topology, server), ...directoryProblems(server)].map((each) => ({
      ...each,
      path: ['servers', index, ...each.path],
    })),
  );
}

function addressProblems(server: DataSyncServer): SetupProblem[] {
  const { own, source } = server.addresses;
  const found: SetupProblem[] = [];
  if (!isIP(own)) found.push(problem(['addresses', 'own'], 'ownNotAddress', { value: own }));
  // An export to everybody, or to a network, is none to the other server alone.
  if (source !== undefined && /[*?/]|^(0\.0\.0\.0|::)$/.test(source))
    found.push(problem(['addresses', 'source'], 'wildcard', { value: source }));
  else if (source !== undefined && !isIP(source))
    found.push(problem(['addresses', 'source'], 'sourceNotAddress', { value: source }));
  const family = familyOf(own);
  for (const viewer of VIEWERS) {
    const address = addressFor(server, viewer);
    // A second interface may be of another family; a router that translates cannot change it.
    if (isTranslated(server, viewer) && family && familyOf(address) && familyOf(address) !== family)
      found.push(problem(['addresses', viewer], 'familyAcrossNat', { own, address }));
  }
  return found;
}

function portProblems(topology: DataSync, server: DataSyncServer): SetupProblem[] {
  const { t2, f2 } = server.ports;
  const found: SetupProblem[] = [];
  if (t2 === f2) found.push(problem(['ports', 'f2'], 'samePort', { port: f2, first: 't2', second: 'f2' }));
  const taken = new Map<string, string>();
  for (const { name, protocol, port } of servicesOf(topology, server)) {
    const other = taken.get(`${protocol}/${port}`);
    if (other !== undefined)
      found.push(
        problem(['ports', name === 'portmapper' ? other : name], 'samePort', { port, first: other, second: name }),
      );
    else taken.set(`${protocol}/${port}`, name);
  }
  return found;
}

function directoryProblems({ exports, shareDirectory, mountPoint }: DataSyncServer): SetupProblem[] {
  const found: SetupProblem[] = [];
  if (exports) found.push(...pathProblems('shareDirectory', shareDirectory, 'export'));
  found.push(...pathProblems('mountPoint', mountPoint, 'mount'));
  // What is wrong with one of the two by itself comes first.
  if (found.length === 0 && exports && (isWithin(mountPoint, shareDirectory) || isWithin(shareDirectory, mountPoint)))
    found.push(problem(['mountPoint'], 'nested', { directory: shareDirectory, mountPoint }));
  return found;
}

const TROUBLE_NAMES = {
  export: { root: 'exportRoot', system: 'exportSystem', whole: 'exportWhole' },
  mount: { root: 'mountSystem', system: 'mountSystem', whole: 'mountSystem' },
} as const;

function pathProblems(field: string, path: string, use: 'export' | 'mount'): SetupProblem[] {
  if (/[\\=\p{Zl}\p{Zp}]|\s$/u.test(path)) return [problem([field], 'pathCharacters', { path })];
  const trouble = directoryTrouble(path);
  return trouble ? [problem([field], TROUBLE_NAMES[use][trouble], { path })] : [];
}

/** What is wrong between the two. */
export function pairProblems({ servers }: DataSync): SetupProblem[] {
  const [a, b] = servers;
  const found: SetupProblem[] = [];
  const second = (...path: string[]): (string | number)[] => ['servers', 1, ...path];
  if (a.name === b.name) found.push(problem(second('name'), 'sameName', { name: a.name }));
  if (a.addresses.own === b.addresses.own && !(a.nat && b.nat))
    found.push(problem(second('addresses', 'own'), 'sameMachine', { a: a.name, b: b.name, address: a.addresses.own }));
  else if (sourceOf(a) === sourceOf(b) && !(a.nat && b.nat))
    found.push(problem(second('addresses', 'source'), 'sameMachine', { a: a.name, b: b.name, address: sourceOf(a) }));
  const isCrossed = a.ports.t2 === b.ports.f2 && a.ports.f2 === b.ports.t2 && a.ports.t2 !== a.ports.f2;
  if (isCrossed) found.push(problem(second('ports', 't2'), 'swapped', { t2: b.ports.t2, f2: b.ports.f2 }));
  const families = [addressFor(a, 'peer'), addressFor(b, 'peer')].map(familyOf);
  if (families[0] && families[1] && families[0] !== families[1])
    found.push(
      problem(second('addresses', 'peer'), 'familiesDiffer', { a: addressFor(a, 'peer'), b: addressFor(b, 'peer') }),
    );
  if (!a.exports && !b.exports) found.push(problem(second('exports'), 'nobodyExports'));
  return found;
}
