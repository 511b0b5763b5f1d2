import { type ServerAccess, serverAccessSchema } from '#shared/domain';
import { type SetupValues, toAccess } from '#shared/setup';

/** The way to a server, where it is filled in well enough to be gone. */
export function accessOf(values: SetupValues, index: 0 | 1): ServerAccess | undefined {
  return serverAccessSchema.safeParse(toAccess(values.servers[index])).data;
}
