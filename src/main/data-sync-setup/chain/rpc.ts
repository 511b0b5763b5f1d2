import { randomInt } from 'node:crypto';
import type { ServiceName } from '../services.ts';

/** Sun RPC (RFC 5531): programs by number, and the version that is asked. */
const PROGRAMS: Partial<Record<ServiceName, { program: number; version: Record<'3' | '4', number> }>> = {
  nfs: { program: 100_003, version: { 3: 3, 4: 4 } },
  portmapper: { program: 100_000, version: { 3: 2, 4: 2 } },
  mountd: { program: 100_005, version: { 3: 3, 4: 3 } },
  statd: { program: 100_024, version: { 3: 1, 4: 1 } },
  lockd: { program: 100_021, version: { 3: 4, 4: 4 } },
};
const LAST_FRAGMENT = 0x8000_0000;
const CALL_BYTES = 40;
const REPLY = 1;

/** A call of procedure 0, which does nothing and is answered by every server of the program. */
export interface NullCall {
  bytes: Buffer;
  /** Whether an answer is one to this call. */
  isAnswer(bytes: Buffer): boolean;
}

/** An RPC call that asks nothing, and what its answer must begin with. Throws RangeError where the service is not RPC's. */
export function nullCall(service: ServiceName, nfsVersion: '3' | '4', protocol: 'tcp' | 'udp'): NullCall {
  const known = PROGRAMS[service];
  if (!known) throw new RangeError(`${service} is no RPC service`);
  const transaction = randomInt(1, 0x7fff_ffff);
  const body = Buffer.alloc(CALL_BYTES);
  // Transaction, call, RPC version 2, program, version, procedure 0; no credential and no verifier.
  for (const [index, word] of [transaction, 0, 2, known.program, known.version[nfsVersion], 0].entries())
    body.writeUInt32BE(word, index * 4);
  const offset = protocol === 'tcp' ? 4 : 0;
  const mark = Buffer.alloc(offset);
  if (offset > 0) mark.writeUInt32BE(LAST_FRAGMENT + CALL_BYTES);
  return {
    bytes: Buffer.concat([mark, body]),
    isAnswer: (bytes) =>
      bytes.length >= offset + 8 &&
      bytes.readUInt32BE(offset) === transaction &&
      bytes.readUInt32BE(offset + 4) === REPLY,
  };
}
