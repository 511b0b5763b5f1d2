import { ACL, Id } from 'node-zookeeper-client';
import { type AclRule, PERMISSIONS, type Permission } from './port.ts';

/** ZooKeeper's bits, as they stand on the wire. */
const BITS: Record<Permission, number> = { read: 1, write: 2, create: 4, delete: 8, admin: 16 };

/** A rule as the library gives it: its typings call the permissions otherwise than its code. */
export interface LibraryAcl {
  permission: number;
  id: { scheme: string; id: string };
}

/** Rules as the library takes them. */
export function toLibraryAcl(rules: readonly AclRule[]): ACL[] {
  return rules.map(
    ({ scheme, id, permissions }) =>
      new ACL(
        permissions.reduce((bits, permission) => bits | BITS[permission], 0),
        new Id(scheme, id),
      ),
  );
}

/** What the library gives, as our rules. */
export function fromLibraryAcl(rules: readonly LibraryAcl[]): AclRule[] {
  return rules.map(({ permission, id }) => ({
    scheme: id.scheme,
    id: id.id,
    permissions: PERMISSIONS.filter((each) => (permission & BITS[each]) !== 0),
  }));
}
