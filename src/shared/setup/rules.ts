import { message } from '#shared/domain';
import type { Finding, FindingContext } from './finding.ts';
import { natConflicts, ownHost, ownPort, viewsOf } from './nat.ts';
import { type SetupValues, serverIndexes } from './values.ts';

const NFS_PORT = 2_049;

type Rule = (values: SetupValues, context: FindingContext) => Finding[];

/** What is wrong with a draft that the configuration's schema cannot know. */
export function rules(values: SetupValues, context: FindingContext): Finding[] {
  return RULES.flatMap((rule) => rule(values, context));
}

/** F9: which of the two it is decides what is set up at all. */
const mode: Rule = ({ mode }) =>
  mode === null
    ? [{ step: 'mode', field: 'mode', severity: 'error', reason: message('setup.problem.mode'), remedy: null }]
    : [];

const takenId: Rule = ({ id }, { takenIds }) => {
  if (id === 'practice')
    return [{ step: 'mode', field: 'id', severity: 'error', reason: message('problem.reservedId'), remedy: null }];
  return takenIds.includes(id)
    ? [
        {
          step: 'mode',
          field: 'id',
          severity: 'error',
          reason: message('problem.sameId'),
          remedy: message('setup.remedy.takenId'),
        },
      ]
    : [];
};

const sameHost = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i;

function isOneAddress(a: string, b: string): boolean {
  return a.trim() !== '' && (sameHost(a, b) || [a, b].every((host) => LOOPBACK.test(host.trim())));
}

/** Two instances on one machine are no pair: what takes one takes both. */
const sameMachine: Rule = (values) => {
  const [a, b] = values.servers;
  if (values.mode === 'single' || a.host.trim() === '' || b.host.trim() === '') return [];
  const sshAddress = ({ host, access }: typeof a) => `${(access.host || host).trim().toLowerCase()}:${access.port}`;
  const bothLocal = a.access.type === 'local' && b.access.type === 'local';
  const sameSsh = a.access.type === 'ssh' && b.access.type === 'ssh' && sshAddress(a) === sshAddress(b);
  const sameAddress = isOneAddress(a.host, b.host);
  if (!sameAddress && !bothLocal && !sameSsh) return [];
  // Where sshd listens is asked for apart, and only where it is gone through.
  const field = sameAddress || bothLocal ? 'servers.1.host' : 'servers.1.access.host';
  return [
    {
      step: 'servers',
      field,
      severity: 'error',
      reason: message('setup.problem.sameMachine', { host: b.host }),
      remedy: message('setup.remedy.sameMachine'),
      acknowledge: 'same-machine',
    },
  ];
};

/** One's own loopback means another machine to everybody else. */
const loopbackOfOthers: Rule = (values) =>
  serverIndexes(values).flatMap((index): Finding[] => {
    const { host, access } = values.servers[index];
    if (!LOOPBACK.test(host.trim()) || access.type === 'local' || values.acknowledged.includes('same-machine'))
      return [];
    return [
      {
        step: 'servers',
        field: `servers.${index}.host`,
        severity: 'warning',
        reason: message('setup.problem.loopback', { host }),
        remedy: message('setup.remedy.loopback'),
      },
    ];
  });

const natAddresses: Rule = (values) =>
  serverIndexes(values).flatMap((index): Finding[] => {
    const { nat, peer, registered } = values.servers[index];
    if (!nat) return [];
    const missing = (step: 'servers' | 'node', field: string): Finding => ({
      step,
      field,
      severity: 'error',
      reason: message('problem.required'),
      remedy: message('setup.remedy.nat'),
    });
    const views =
      values.mode === 'single'
        ? [['registered', registered] as const]
        : [['peer', peer] as const, ['registered', registered] as const];
    return views.flatMap(([name, view]) => [
      ...(view.host.trim() === '' ? [missing('servers', `servers.${index}.${name}.host`)] : []),
      ...(view.t2Port === null ? [missing('node', `servers.${index}.${name}.t2Port`)] : []),
      ...(view.f2Port === null ? [missing('node', `servers.${index}.${name}.f2Port`)] : []),
    ]);
  });

/** Ports of its own that differ from what the console dials: then a router stands between, and its table needs the address. */
const natOwnAddress: Rule = (values) =>
  serverIndexes(values).flatMap((index): Finding[] => {
    if (!values.servers[index].nat || values.sharing.hosts[index].own.trim() !== '') return [];
    const { t2Port, f2Port } = values.node.instances[index];
    if (ownPort(values, index, 't2Port') === t2Port && ownPort(values, index, 'f2Port') === f2Port) return [];
    return [
      {
        step: 'servers',
        field: `sharing.hosts.${index}.own`,
        severity: 'error',
        reason: message('problem.required'),
        remedy: message('setup.remedy.ownAddress'),
      },
    ];
  });

/** Whoever reaches a server at its own address dials its own ports: nothing stands between that could change them. */
const untranslatedPorts: Rule = (values) =>
  serverIndexes(values).flatMap((index): Finding[] => {
    if (!values.servers[index].nat || values.sharing.hosts[index].own.trim() === '') return [];
    const host = ownHost(values, index);
    return viewsOf(values, index).flatMap(({ at, ...view }) =>
      (['t2Port', 'f2Port'] as const).flatMap((name): Finding[] => {
        const port = ownPort(values, index, name);
        if (view.host !== host || view[name] === null || port === null || view[name] === port) return [];
        return [
          {
            step: 'node',
            field: `${at}.${name}`,
            severity: 'error',
            reason: message('setup.problem.untranslated', { host, port }),
            remedy: message('setup.remedy.untranslated'),
          },
        ];
      }),
    );
  });

/** A router forwards one outside port of a protocol to one place. */
const natTable: Rule = (values) =>
  natConflicts(values).map(({ line, first }): Finding => {
    const outside = `${line.outside.host}:${line.outside.port}/${line.protocol}`;
    const inside = `${first.inside.host}:${first.inside.port}`;
    return {
      step: 'node',
      field: line.field,
      severity: 'error',
      reason: message('setup.problem.natConflict', { outside, inside }),
      remedy: message('setup.remedy.natConflict'),
    };
  });

/** F3: t2 is TCP and f2 is UDP; the two servers usually agree in which number is which. */
const swappedPorts: Rule = (values) => {
  const [a, b] = values.node.instances;
  const crossed = a.t2Port !== null && a.f2Port !== null && a.t2Port === b.f2Port && a.f2Port === b.t2Port;
  if (values.mode === 'single' || !crossed || a.t2Port === a.f2Port) return [];
  return (['t2Port', 'f2Port'] as const).map((port) => ({
    step: 'node',
    field: `node.instances.1.${port}`,
    severity: 'error',
    reason: message('setup.problem.swappedPorts'),
    remedy: message('setup.remedy.swappedPorts'),
  }));
};

/** What a server answers for at its own address, as far as the draft says. `field`: where that was filled in. */
interface OwnPort {
  service: 't2' | 'f2';
  port: number;
  field: string;
}

function ownPorts(values: SetupValues, index: 0 | 1): OwnPort[] {
  const { nat, own } = values.servers[index];
  return (['t2', 'f2'] as const).flatMap((service): OwnPort[] => {
    const name = `${service}Port` as const;
    const port = ownPort(values, index, name);
    const isOwn = nat && own[name] !== null;
    return port === null
      ? []
      : [{ service, port, field: `${isOwn ? 'servers' : 'node.instances'}.${index}.${isOwn ? 'own.' : ''}${name}` }];
  });
}

/**
 * t2 is TCP and f2 is UDP, and each port of a server is given once: the same number twice is mostly a slip, and makes firewall
 * and router tables easy to misread. Said at both fields, and whatever else is wrong.
 */
const samePorts: Rule = (values) => {
  const found = (field: string, reason: Finding['reason'], remedy: Finding['remedy']): Finding => ({
    step: 'node',
    field,
    severity: 'error',
    reason,
    remedy,
  });
  const ports = serverIndexes(values).map((index) => ownPorts(values, index));
  const withinOne = ports.flatMap(([t2, f2]) =>
    t2 && f2 && t2.port === f2.port
      ? [t2, f2].map(({ field, port }) =>
          found(field, message('setup.problem.t2IsF2', { port }), message('setup.remedy.t2IsF2')),
        )
      : [],
  );
  const [a = [], b = []] = ports;
  const [one, other] = values.servers;
  const isOneMachine = !one.nat && !other.nat && isOneAddress(one.host, other.host);
  const between = isOneMachine
    ? a.flatMap((mine) => b.filter(({ port }) => port === mine.port).flatMap(({ field }) => [mine.field, field]))
    : [];
  return [
    ...withinOne,
    ...between.map((field) => found(field, message('problem.samePort'), message('setup.remedy.samePort'))),
  ];
};

/** Where others of a server's services listen, as far as the draft says: TCP all of them. */
function otherServices(values: SetupValues, index: 0 | 1): { service: string; port: number }[] {
  const { access, host, nat } = values.servers[index];
  const { kind } = values.sharing;
  const members = values.zookeeper.connectString
    .split(',')
    .map((each) => /^\s*\[?([^\]]*?)\]?:(\d{1,5})\s*$/.exec(each));
  return [
    ...(kind === 'nfs' && values.mode !== 'single' ? [{ service: 'NFS', port: NFS_PORT }] : []),
    ...(access.type === 'ssh' && !nat && access.port !== null ? [{ service: 'SSH', port: access.port }] : []),
    ...members.flatMap((member) =>
      member && !nat && isOneAddress(member[1] ?? '', host) ? [{ service: 'ZooKeeper', port: Number(member[2]) }] : [],
    ),
  ];
}

/** t2 where another service of that server has the port already. */
const takenPorts: Rule = (values) =>
  serverIndexes(values).flatMap((index): Finding[] => {
    const t2 = ownPorts(values, index).find(({ service }) => service === 't2');
    const taken = otherServices(values, index).find(({ port }) => port === t2?.port);
    return t2 && taken
      ? [
          {
            step: 'node',
            field: t2.field,
            severity: 'error',
            reason: message('setup.problem.portTaken', { ...taken }),
            remedy: message('setup.remedy.portTaken'),
          },
        ]
      : [];
  });

const NAMES = ['node.system', 'node.node', 'node.instances.0.name', 'node.instances.1.name'] as const;

/** ZooKeeper would take it; files in GBK and tools of other encodings would not agree on what it is. */
const plainNames: Rule = (values) => {
  const { system, node, instances } = values.node;
  const texts = [system, node, instances[0].name, values.mode === 'single' ? '' : instances[1].name];
  return NAMES.flatMap((field, at): Finding[] =>
    /[^\x20-\x7e]|\s/.test(texts[at] ?? '') && !(texts[at] ?? '').includes('/')
      ? [
          {
            step: 'node',
            field,
            severity: 'error',
            reason: message('setup.problem.name', { name: texts[at] ?? '' }),
            remedy: message('setup.remedy.name'),
            acknowledge: 'name-not-ascii',
          },
        ]
      : [],
  );
};

const credential: Rule = ({ node }, { hasSecret }) =>
  node.credential !== 'none' && !hasSecret
    ? [
        {
          step: 'node',
          field: 'secret',
          severity: 'error',
          reason: message('setup.problem.secret'),
          remedy: message('setup.remedy.secret'),
        },
      ]
    : [];

/** The whole file system of the other server, writable: nobody means that. */
const rootExport: Rule = (values) =>
  serverIndexes(values).flatMap((index): Finding[] => {
    const { source, target } = values.sharing.mounts[index];
    if (values.sharing.kind === 'none') return [];
    const isRoot = /^(\[[^\]]*\]|[^/:]+):\/+$/.test(source.trim()) || /^\/+$/.test(source.trim());
    return [
      ...(isRoot
        ? [wrong(index, 'source', message('setup.problem.rootExport'), message('setup.remedy.rootExport'))]
        : []),
      ...(/^\/+$/.test(target.trim())
        ? [wrong(index, 'target', message('setup.problem.rootTarget'), message('setup.remedy.rootTarget'))]
        : []),
    ];
  });

function wrong(index: number, name: string, reason: Finding['reason'], remedy: Finding['remedy']): Finding {
  return { step: 'sync', field: `sharing.mounts.${index}.${name}`, severity: 'error', reason, remedy };
}

/** F3, F6: each server mounts the other's share; without it no standby comes up (F15). */
const mounts: Rule = (values) => {
  const { sharing, mode } = values;
  if (mode === 'single') return [];
  if (sharing.kind === 'none')
    return [
      {
        step: 'sync',
        field: 'sharing.kind',
        severity: 'error',
        reason: message('setup.problem.noSync'),
        remedy: message('setup.remedy.noSync'),
        acknowledge: 'no-sync',
      },
    ];
  return serverIndexes(values).flatMap((index): Finding[] =>
    (['source', 'target'] as const).flatMap((name) =>
      sharing.mounts[index][name].trim() === '' ? [wrong(index, name, message('problem.required'), null)] : [],
    ),
  );
};

/** A mount of one's own share would look like synchronisation, and be none. */
const ownShare: Rule = (values) =>
  values.mode === 'single' || values.sharing.kind === 'none'
    ? []
    : serverIndexes(values).flatMap((index): Finding[] => {
        const host = /^(\[[^\]]*\]|[^/:]+):/
          .exec(values.sharing.mounts[index].source.trim())?.[1]
          ?.replace(/^\[|\]$/g, '');
        const own = values.servers[index].host;
        const other = values.servers[index === 0 ? 1 : 0].host;
        return host !== undefined && sameHost(host, own) && !sameHost(own, other)
          ? [wrong(index, 'source', message('setup.problem.ownShare', { host }), message('setup.remedy.ownShare'))]
          : [];
      });

/** What is to be changed on a server is read there first. */
const serverFiles: Rule = (values) =>
  serverIndexes(values).flatMap((index): Finding[] => {
    const file = values.node.routeFiles[index].trim();
    const field = `node.routeFiles.${index}`;
    if (file === '') return [];
    const found = (reason: Finding['reason'], remedy: Finding['remedy'], at = field): Finding => ({
      step: 'node',
      field: at,
      severity: 'error',
      reason,
      remedy,
    });
    if (!/^\/(?!.*(^|\/)\.{1,2}(\/|$))[^\p{Cc}]*$/u.test(file))
      return [found(message('problem.absolutePath'), message('setup.remedy.absolutePath'))];
    return [
      ...(values.servers[index].access.type === 'none'
        ? [found(message('setup.problem.fileWithoutAccess'), message('setup.remedy.noAccess'))]
        : []),
      ...(values.node.profile === ''
        ? [found(message('problem.required'), message('setup.remedy.profile'), 'node.profile')]
        : []),
    ];
  });

const alignedTodb: Rule = (values) => {
  const { todbFiles, align } = values.database;
  if (!align || values.mode === 'single') return [];
  const blind = values.servers.some(({ access }) => access.type === 'none');
  const missing = todbFiles.some((file) => file.trim() === '') || values.node.profile === '';
  return blind || missing
    ? [
        {
          step: 'database',
          field: 'database.align',
          severity: 'error',
          reason: message('setup.problem.alignWithout'),
          remedy: message('setup.remedy.alignWithout'),
        },
      ]
    : [];
};

const policyMode: Rule = ({ policy, mode }) =>
  policy.mode === null && mode !== 'single'
    ? [
        {
          step: 'policy',
          field: 'policy.mode',
          severity: 'error',
          reason: message('setup.problem.policy'),
          remedy: null,
        },
      ]
    : [];

/** Without a way to the server nothing of it can be proved dead, and `auto` works as `assist` until ZooKeeper lets go. */
const accessForAuto: Rule = (values) =>
  values.policy.mode === 'auto' && serverIndexes(values).some((index) => values.servers[index].access.type === 'none')
    ? [
        {
          step: 'policy',
          field: 'policy.mode',
          severity: 'warning',
          reason: message('setup.problem.autoBlind'),
          remedy: message('setup.remedy.autoBlind'),
        },
      ]
    : [];

/** A user without a password proves nothing, and a protected tree that nobody can write is no use. */
const protectedTree: Rule = ({ zookeeper }) =>
  zookeeper.acl === 'protected' && zookeeper.auth === 'none'
    ? [
        {
          step: 'zookeeper',
          field: 'zookeeper.acl',
          severity: 'error',
          reason: message('setup.problem.protectedBy'),
          remedy: message('setup.remedy.protectedBy'),
        },
      ]
    : [];

const RULES: readonly Rule[] = [
  mode,
  takenId,
  sameMachine,
  loopbackOfOthers,
  natAddresses,
  natOwnAddress,
  untranslatedPorts,
  natTable,
  swappedPorts,
  samePorts,
  takenPorts,
  plainNames,
  credential,
  rootExport,
  mounts,
  ownShare,
  serverFiles,
  alignedTodb,
  policyMode,
  accessForAuto,
  protectedTree,
];
