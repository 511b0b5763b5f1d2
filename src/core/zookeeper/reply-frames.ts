/** No answer is larger: ZooKeeper's own limit is 1 MiB per request, lists of children may exceed it. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

/**
 * Cuts a connection's byte stream into whole frames (with their 4-byte length), so that the client library never holds
 * half a frame that could outlive the connection. One per connection.
 */
export class ReplyFrames {
  #chunks: Buffer[] = [];
  #bufferedBytes = 0;
  #neededBytes = 4;

  /** The frames that are complete now. Throws on a length that no answer has. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#bufferedBytes += chunk.length;
    if (this.#bufferedBytes < this.#neededBytes) return [];
    let rest = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const frames: Buffer[] = [];
    for (;;) {
      this.#neededBytes = 4;
      if (rest.length < 4) break;
      const bodyBytes = rest.readInt32BE(0);
      if (bodyBytes < 0 || bodyBytes > MAX_REPLY_BYTES) throw new Error(`a frame claims ${bodyBytes} bytes`);
      this.#neededBytes = 4 + bodyBytes;
      if (rest.length < this.#neededBytes) break;
      frames.push(rest.subarray(0, this.#neededBytes));
      rest = rest.subarray(this.#neededBytes);
    }
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bufferedBytes = rest.length;
    return frames;
  }
}
