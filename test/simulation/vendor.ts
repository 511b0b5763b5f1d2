import { encodeFrame, T2Decoder } from '#core/frames';
import type { ListenT2 } from '#core/transport';
import { FUNCTIONS } from '#shared/domain';

/**
 * A node of a vendor, as far as consoles can tell: one that does not say that it stops by itself. What the reference node
 * says of itself is changed on its way out; that it stops all the same is nothing that anybody may go by.
 */
export function registeredAsVendor(data: Buffer): Buffer {
  const said: unknown = data.length === 0 ? undefined : JSON.parse(data.toString());
  if (typeof said !== 'object' || said === null || !('selfFence' in said)) return data;
  return Buffer.from(JSON.stringify({ ...said, selfFence: false }));
}

/** The same of its answers to 1403040. */
export function answeringAsVendor(listen: ListenT2): ListenT2 {
  return (options, accept) =>
    listen(options, (connection) => {
      const decoder = new T2Decoder();
      return accept({
        ...connection,
        send: (frame) => {
          if (!Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).includes('"self_fence"'))
            return connection.send(frame);
          let isSent = true;
          for (const each of decoder.push(frame).frames)
            if (each.kind === 'body') isSent = connection.send(encodeFrame(answeredAsVendor(each.body)));
          return isSent;
        },
      });
    });
}

function answeredAsVendor(body: Uint8Array): Record<string, unknown> {
  const said = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
  return said.function === FUNCTIONS.systemInfo ? { ...said, self_fence: false } : said;
}
