import { createHash } from 'node:crypto';
import { type AclEntry, ERROR, type Identity, PERMISSION, RequestError } from './protocol.ts';

const ANYONE: Identity = { scheme: 'world', id: 'anyone' };
export const OPEN_ACL: readonly AclEntry[] = [{ permissions: PERMISSION.all, identity: ANYONE }];

/** The identity that `user:password` proves under the digest scheme, as Apache ZooKeeper reckons it. */
export function digestIdentity(userAndPassword: Buffer): Identity {
  const user = userAndPassword.toString('utf8').split(':')[0] ?? '';
  return { scheme: 'digest', id: `${user}:${createHash('sha1').update(userAndPassword).digest('base64')}` };
}

/** Replaces "whoever creates this" by what the connection has proved, and throws INVALID_ACL for rules nobody can meet. */
export function resolveAcl(requested: readonly AclEntry[], proved: readonly Identity[]): AclEntry[] {
  const entries = requested.flatMap((entry) => {
    switch (entry.identity.scheme) {
      case 'world':
        if (entry.identity.id !== 'anyone') throw new RequestError(ERROR.invalidAcl);
        return [entry];
      case 'auth':
        return proved
          .filter(({ scheme }) => scheme === 'digest')
          .map((identity) => ({ permissions: entry.permissions, identity }));
      case 'digest':
        if (entry.identity.id.split(':').length !== 2) throw new RequestError(ERROR.invalidAcl);
        return [entry];
      case 'ip':
        return [entry];
      default:
        throw new RequestError(ERROR.invalidAcl);
    }
  });
  if (entries.length === 0) throw new RequestError(ERROR.invalidAcl);
  return entries;
}

/** Throws NO_AUTH unless one of the rules grants one of the permissions to one of the identities. */
export function checkPermission(acl: readonly AclEntry[], permissions: number, proved: readonly Identity[]): void {
  const granted = acl.some(
    ({ permissions: given, identity }) =>
      (given & permissions) !== 0 &&
      (sameIdentity(identity, ANYONE) || proved.some((one) => sameIdentity(one, identity))),
  );
  if (!granted) throw new RequestError(ERROR.noAuth);
}

function sameIdentity(a: Identity, b: Identity): boolean {
  return a.scheme === b.scheme && a.id === b.id;
}
