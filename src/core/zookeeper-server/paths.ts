import { ERROR, RequestError } from './protocol.ts';

/** Throws BAD_ARGUMENTS unless Apache ZooKeeper would take the path. */
export function validatePath(path: string): void {
  if (!isValid(path)) throw new RequestError(ERROR.badArguments);
}

/** Throws BAD_ARGUMENTS for a path with a NUL in it. */
export function refuseNul(path: string): void {
  if (path.includes('\0')) throw new RequestError(ERROR.badArguments);
}

/** The little that Apache ZooKeeper asks of a path before it looks for the parent: a slash, and no NUL. */
export function refuseUnreadablePath(path: string): void {
  refuseNul(path);
  if (!path.includes('/')) throw new RequestError(ERROR.badArguments);
}

/** A name in a path that is nothing, `.` or `..`. */
const EMPTY_OR_RELATIVE = /\/\.{0,2}(\/|$)/;

function isValid(path: string): boolean {
  if (path === '/') return true;
  return path.startsWith('/') && !EMPTY_OR_RELATIVE.test(path) && !hasForbiddenCharacter(path);
}

function hasForbiddenCharacter(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    if (unit <= 0x1f || (unit >= 0x7f && unit <= 0x9f)) return true;
    if ((unit >= 0xd800 && unit <= 0xf8ff) || unit >= 0xfff0) return true;
  }
  return false;
}

/** The path above; `/` for the top level. The path must not be `/` itself. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
