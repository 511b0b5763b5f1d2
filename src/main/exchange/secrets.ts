import type { CommandPurpose, Environment, InstanceConfig, MountConfig } from '#shared/domain';

/** Stands in a file where a secret was left out. */
const LEFT_OUT = '***';

/** Options whose next argument is a secret, of any program. */
const BEFORE_SECRET = /^-{1,2}(pw|pass|passwd|password|passphrase|secret|token|api-?key|auth|community)$/i;
/** Options of one letter, of the programs where they mean that. */
const OF_PROGRAM: readonly [program: RegExp, option: RegExp][] = [
  [/(^|[\\/])ipmitool(\.exe)?$/i, /^-[Pk]$/],
  [/(^|[\\/])fence_\w+$/i, /^-p$/],
  [/(^|[\\/])sshpass$/i, /^-p$/],
  [/(^|[\\/])(snmpset|snmpget)(\.exe)?$/i, /^-[cAX]$/],
  [/(^|[\\/])curl(\.exe)?$/i, /^(-u|--user|-U|--proxy-user|-H|--header)$/],
];
/** A secret within an argument: what stands before it and behind it stays. */
const WITHIN: readonly RegExp[] = [
  /^(-{0,2}[\w-]*(?:password|passwd|passphrase|secret|token|api-?key|community)[\w-]*[=:])(.+)()$/i,
  /^(.*:\/\/[^/@\s:]*:)([^@\s]+)(@.*)$/,
  /^(authorization:\s*\w+\s+)(.+)()$/i,
];
/** What is no secret by itself: a value that the console puts in. */
const PLACEHOLDER = /^\{\w+\}$/;

/** A command's arguments, with every secret that can be told from its place left out. */
function withoutSecrets(given: readonly string[]): string[] {
  const [program = ''] = given;
  const options = OF_PROGRAM.flatMap(([name, option]) => (name.test(program) ? [option] : []));
  return given.map((argument, index) => {
    if (PLACEHOLDER.test(argument) || index === 0) return argument;
    const before = given[index - 1] ?? '';
    if (index > 1 && (BEFORE_SECRET.test(before) || options.some((option) => option.test(before)))) return LEFT_OUT;
    // sshpass takes the secret right behind its letter, too.
    if (/(^|[\\/])sshpass$/i.test(program) && /^-p./.test(argument)) return `-p${LEFT_OUT}`;
    return withoutInner(argument);
  });
}

/** An argument, or a mount option, without the secret that stands within it. */
function withoutInner(argument: string): string {
  for (const pattern of WITHIN) {
    const found = pattern.exec(argument);
    if (found && !PLACEHOLDER.test(found[2] ?? '')) return `${found[1]}${LEFT_OUT}${found[3]}`;
  }
  return argument;
}

const hasLeftOut = (given: readonly string[]): boolean => given.some((argument) => argument.includes(LEFT_OUT));

/** An instance as it may leave the console: a credential is its system alone. */
function portableInstance({ credential, commands, server, ...instance }: InstanceConfig): Record<string, unknown> {
  return {
    ...instance,
    credential: credential && { system: credential.system },
    ...(server && { server: { ...server, ...(server.mount && { mount: portableMount(server.mount) }) } }),
    ...(commands && {
      commands: Object.fromEntries(
        Object.entries(commands).map(([purpose, command]) => [
          purpose,
          command && { ...command, arguments: withoutSecrets(command.arguments) },
        ]),
      ),
    }),
  };
}

/** Some file systems take a password among the options. */
function portableMount(mount: MountConfig): MountConfig {
  return { ...mount, options: mount.options.map(withoutInner) };
}

/** An environment as it may leave the console: without a session, a token, or a secret of a command. */
export function portable(environment: Environment): Record<string, unknown> {
  return {
    ...environment,
    pairs: environment.pairs.map((pair) => ({ ...pair, instances: pair.instances.map(portableInstance) })),
  };
}

/** What has to be entered anew after an import, by place. */
export interface MissingSecret {
  pair: string;
  instance: string;
  what: 'credential' | 'mount' | CommandPurpose;
}

/**
 * Puts in what this console has stored for the same pair and instance. A command whose secret is nowhere is left out
 * altogether: half a command would run, and fence nothing off.
 */
export function withStored(
  imported: Environment,
  systems: ReadonlyMap<string, 'O3' | 'O45'>,
  stored: Environment | undefined,
): { environment: Environment; missing: MissingSecret[] } {
  const missing: MissingSecret[] = [];
  const pairs = imported.pairs.map((pair) => {
    const storedPair = stored?.pairs.find(({ id }) => id === pair.id);
    const instances = pair.instances.map((instance) => {
      const old = storedPair?.instances.find(({ name }) => name === instance.name);
      const lacks = (what: MissingSecret['what']) => missing.push({ pair: pair.id, instance: instance.name, what });
      const system = systems.get(`${pair.id}/${instance.name}`);
      const credential = system !== undefined && old?.credential?.system === system ? old.credential : null;
      if (system !== undefined && !credential) lacks('credential');
      const { commands, server, ...rest } = instance;
      const kept = commandsOf(commands, old?.commands, lacks);
      const keptServer = serverOf(server, old?.server, lacks);
      return { ...rest, credential, ...(keptServer && { server: keptServer }), ...(kept && { commands: kept }) };
    });
    return { ...pair, instances: instances as [InstanceConfig, InstanceConfig] };
  });
  return { environment: { ...imported, pairs }, missing };
}

function serverOf(server: Server, old: Server, lacks: (what: 'mount') => void): Server {
  if (!server?.mount || !hasLeftOut(server.mount.options)) return server;
  const { mount } = server;
  const before = old?.mount;
  if (before && portableMount(before).options.join('\0') === mount.options.join('\0'))
    return { ...server, mount: { ...mount, options: before.options } };
  lacks('mount');
  return { ...server, mount: { ...mount, options: mount.options.filter((option) => !option.includes(LEFT_OUT)) } };
}

type Server = InstanceConfig['server'];
type Commands = InstanceConfig['commands'];

function commandsOf(commands: Commands, old: Commands, lacks: (what: CommandPurpose) => void): Commands {
  if (!commands) return undefined;
  const kept: [string, { arguments: string[] }][] = [];
  for (const [name, command] of Object.entries(commands)) {
    const purpose = name as CommandPurpose;
    const before = old?.[purpose]?.arguments;
    if (!command) continue;
    if (!hasLeftOut(command.arguments)) kept.push([name, command]);
    // The very command that was left out of: the same but for its secrets.
    else if (before && withoutSecrets(before).join('\0') === command.arguments.join('\0'))
      kept.push([name, { ...command, arguments: before }]);
    else lacks(purpose);
  }
  return kept.length > 0 ? (Object.fromEntries(kept) as Commands) : undefined;
}
