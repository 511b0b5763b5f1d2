import { resolveAcl } from './acl.ts';
import type { JuteReader } from './jute.ts';
import { ERROR, RequestError } from './protocol.ts';
import type { Requester } from './requester.ts';
import type { CreateRequest } from './tree.ts';

const EPHEMERAL_FLAG = 1;
const SEQUENTIAL_FLAG = 2;
const LARGEST_FLAGS = EPHEMERAL_FLAG | SEQUENTIAL_FLAG;

/** Reads a create request; the result checks its flags and access rules when called, inside the transaction. */
export function readCreate(requester: Requester, input: JuteReader): () => CreateRequest {
  const path = input.string();
  const data = input.buffer();
  const acl = input.acl();
  const flags = input.int();
  return () => {
    if (flags < 0 || flags > LARGEST_FLAGS) throw new RequestError(ERROR.badArguments);
    return {
      path,
      data,
      acl: resolveAcl(acl, requester.proved),
      sequential: (flags & SEQUENTIAL_FLAG) !== 0,
      ephemeralOwner: (flags & EPHEMERAL_FLAG) !== 0 ? requester.sessionId : 0n,
    };
  };
}
