import type { EditableEnvironment, FieldProblem } from '#shared/contract';
import { type Credential, type Environment, message } from '#shared/domain';

/** A credential of which only the kind is left: the form shows it, the secret stays in main. */
function withoutSecret(credential: Credential): Credential {
  return credential.system === 'O3' ? { system: 'O3', sessionId: '' } : { system: 'O45', userToken: '' };
}

/** The environment as a form edits it: secrets emptied, and told where there are some. */
export function toEditable(environment: Environment): EditableEnvironment {
  const storedCredentials: [number, number][] = [];
  const pairs = environment.pairs.map((pair, pairIndex) => ({
    ...pair,
    instances: pair.instances.map((instance, instanceIndex) => {
      if (!instance.credential) return instance;
      storedCredentials.push([pairIndex, instanceIndex]);
      return { ...instance, credential: withoutSecret(instance.credential) };
    }),
  }));
  return { environment: { ...environment, pairs }, storedCredentials };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const at = (value: unknown, key: string, index: number): unknown => {
  const list = isRecord(value) ? value[key] : undefined;
  return Array.isArray(list) ? list[index] : undefined;
};

/**
 * Puts stored secrets back into what a form sent (not yet checked by the schema): `keep` names positions in what was
 * sent; the stored pair is the one of the same id, or at the same place. A secret that was typed in wins over the
 * stored one. A secret that is to stay and is not there is a problem of its field.
 */
export function withStoredCredentials(
  sent: Record<string, unknown>,
  keep: readonly (readonly [number, number])[],
  stored: Environment | undefined,
): { environment: Record<string, unknown>; problems: FieldProblem[] } {
  const environment = structuredClone(sent);
  const problems: FieldProblem[] = [];
  for (const [pairIndex, instanceIndex] of keep) {
    const pair = at(environment, 'pairs', pairIndex);
    const instance = at(pair, 'instances', instanceIndex);
    if (!isRecord(pair) || !isRecord(instance) || hasSecret(instance.credential)) continue;
    const storedPair = stored?.pairs.find(({ id }) => id === pair.id) ?? stored?.pairs[pairIndex];
    const credential = storedPair?.instances[instanceIndex as 0 | 1]?.credential;
    const system = isRecord(instance.credential) ? instance.credential.system : undefined;
    if (credential && (system === undefined || system === credential.system)) instance.credential = credential;
    else
      problems.push({
        path: ['pairs', pairIndex, 'instances', instanceIndex, 'credential'],
        message: message('problem.credentialLost'),
      });
  }
  return { environment, problems };
}

function hasSecret(credential: unknown): boolean {
  if (!isRecord(credential)) return false;
  return Boolean(credential.system === 'O3' ? credential.sessionId : credential.userToken);
}
