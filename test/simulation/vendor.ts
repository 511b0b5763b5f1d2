import { T2Decoder } from '#core/frames';
import type { ListenT2 } from '#core/transport';

/** As the reference node writes them; `true` is all that it ever says there. */
const REGISTERED = { says: '"selfFence":true', saysNot: '"selfFence":false' };
const ANSWERED = { says: '"self_fence":true', saysNot: '"self_fence":false' };

/**
 * A node of a vendor, as far as consoles can tell: one that does not say that it stops by itself. What the reference node
 * says of itself is changed on its way out; that it stops all the same is nothing that anybody may go by.
 */
export function registeredAsVendor(data: Buffer): Buffer {
  return asVendor(data, REGISTERED);
}

/** The same of its answers to 1403040. */
export function answeringAsVendor(listen: ListenT2): ListenT2 {
  return (options, accept) =>
    listen(options, (connection) => {
      const decoder = new T2Decoder();
      return accept({
        ...connection,
        send: (frame) => {
          if (!Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).includes(ANSWERED.says))
            return connection.send(frame);
          let isSent = true;
          for (const each of decoder.push(frame).frames)
            if (each.kind === 'body') isSent = connection.send(frameOf(asVendor(each.body, ANSWERED)));
          return isSent;
        },
      });
    });
}

function asVendor(said: Buffer, { says, saysNot }: typeof ANSWERED): Buffer {
  const at = said.indexOf(says);
  if (at < 0) return said;
  return Buffer.concat([said.subarray(0, at), Buffer.from(saysNot), said.subarray(at + says.length)]);
}

function frameOf(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}
