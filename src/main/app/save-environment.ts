import type { EnvironmentStore, SaveRequest } from '#main/environments';
import type { SecretStore } from '#main/secrets';
import type { SaveResult } from '#shared/contract';
import type { Fleet } from './fleet.ts';
import { movePassword } from './zookeeper-passwords.ts';

/** Saves an environment, and watches it as it is now. */
export async function saveAndWatch(
  request: SaveRequest,
  { store, fleet, secrets }: { store: EnvironmentStore; fleet: Fleet; secrets: SecretStore },
): Promise<SaveResult> {
  const find = (id: string | undefined) => store.list().find((environment) => environment.id === id);
  const before = find(request.replaces);
  const result = await store.save(request);
  if (!result.ok) return result;
  // It is saved: a store that does not answer is told at the pair, where the password is missing.
  await movePassword(secrets, before, find(result.id)).catch(() => {});
  await fleet.applySites(store.list());
  return result;
}
