import type { ImportItem } from '#shared/contract';
import { type Environment, type Message, message } from '#shared/domain';
import type { ReadEnvironment } from './read.ts';
import { portable, withStored } from './secrets.ts';

const MAX_CHANGES = 200;
const MAX_VALUE_CHARACTERS = 160;

/** What an import would be, one environment after the other, beside what is there. Nothing is changed. Pure. */
export function compareExchange(read: readonly ReadEnvironment[], stored: readonly Environment[]): ImportItem[] {
  return read.map(({ environment, credentialSystems }) => {
    const { id, name, pairs } = environment;
    const old = stored.find((each) => each.id === id);
    const { environment: result, missing } = withStored(environment, credentialSystems, old);
    // As both would leave this console, so that no secret is in a difference.
    const changes = old ? differences(flat(portable(old)), flat(portable(result))) : [];
    return {
      id,
      name,
      pairs: pairs.length,
      state: !old ? 'new' : changes.length === 0 ? 'same' : 'changed',
      changes: changes.slice(0, MAX_CHANGES),
      moreChanges: Math.max(0, changes.length - MAX_CHANGES),
      conflicts: conflictsOf(environment, stored),
      missing: [
        ...missingLogin(environment, old),
        ...missing.map(({ pair, instance, what }) =>
          message(what === 'credential' ? 'exchange.missingCredential' : 'exchange.missingCommand', {
            pair,
            instance,
            what: `exchange.what.${what}`,
          }),
        ),
      ],
    };
  });
}

/** ZooKeeper's password, of a user that the environment did not log in as before. */
function missingLogin({ zookeeper: { digest } }: Environment, old: Environment | undefined): Message[] {
  if (!digest || digest.user === old?.zookeeper.digest?.user) return [];
  return [message('exchange.missingLogin', { user: digest.user })];
}

/** With another id: the same name, or a pair that another environment watches already. */
function conflictsOf(environment: Environment, stored: readonly Environment[]): Message[] {
  const others = stored.filter(({ id }) => id !== environment.id);
  const named = others.filter(({ name }) => name === environment.name);
  const ofName = named.map(({ id, name }) => message('exchange.sameName', { id, name }));
  const watched = pairPlaces(environment);
  const ofPairs = others.flatMap((other) =>
    [...pairPlaces(other)].flatMap(([place, node]) =>
      watched.has(place) ? [message('exchange.samePair', { id: other.id, name: other.name, node })] : [],
    ),
  );
  return [...ofName, ...ofPairs];
}

/** Where each pair's records are: two environments that have one in common would both switch it over. */
function pairPlaces({ zookeeper, pathTemplate, pairs }: Environment): Map<string, string> {
  const servers = zookeeper.connectString.split(',').sort().join(',');
  return new Map(
    pairs.map(({ system, node }) => {
      const path = pathTemplate.replaceAll('{system}', system).replaceAll('{node}', node);
      return [`${servers}${zookeeper.chroot}${path}`, node];
    }),
  );
}

/** Every value by its place; members of lists by their id or name, so that an order that changed is no change. */
function flat(value: unknown, place = '', into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value) && value.some(isNamed))
    for (const each of value) flat(each, `${place}[${isNamed(each) ? (each.id ?? each.name) : ''}]`, into);
  else if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, each] of Object.entries(value)) flat(each, place === '' ? key : `${place}.${key}`, into);
  else if (value !== undefined) into.set(place, JSON.stringify(value));
  return into;
}

const isNamed = (value: unknown): value is { id?: string; name?: string } =>
  typeof value === 'object' && value !== null && ('id' in value || 'name' in value);

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const places = [...new Set([...before.keys(), ...after.keys()])];
  const shown = (text: string | undefined) => (text === undefined ? null : text.slice(0, MAX_VALUE_CHARACTERS));
  return places
    .filter((place) => before.get(place) !== after.get(place))
    .map((place) => ({ place, before: shown(before.get(place)), after: shown(after.get(place)) }));
}
