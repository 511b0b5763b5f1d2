import { connect, type Socket } from 'node:net';
import { encodeFrame, T2Decoder } from '#core/frames';
import { TEST_SESSION } from '#test/mt-node-process';

const ORDER = { account: 'a1', instrument: '600000', side: 'buy', price: 10.5, quantity: 100 };

/** Writes orders over t2 at a steady rate, each with a key of its own, and never a second time. */
export class AckedOrders {
  readonly acknowledged: string[] = [];
  readonly refused: string[] = [];
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  #sent = 0;

  constructor(port: number, perSecond: number, prefix = 'k', session = TEST_SESSION) {
    const socket = connect(port, '127.0.0.1');
    this.#socket = socket;
    socket.setNoDelay(true);
    // What was sent and not answered when the connection ends is unknown; nothing is to be done about it.
    socket.on('error', () => {});
    const decoder = new T2Decoder();
    socket.on('data', (piece) => {
      for (const frame of decoder.push(piece).frames) {
        if (frame.kind === 'empty') continue;
        const reply = JSON.parse(frame.body.toString()) as { id: number; error_no: number };
        (reply.error_no === 0 ? this.acknowledged : this.refused).push(`${prefix}${reply.id}`);
      }
    });
    const beganAtMs = performance.now();
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - beganAtMs) * perSecond) / 1_000);
      const frames: Buffer[] = [];
      while (this.#sent < due) {
        const id = ++this.#sent;
        frames.push(encodeFrame({ function: 990002, id, session_id: session, key: `${prefix}${id}`, order: ORDER }));
      }
      if (frames.length > 0 && socket.writable) socket.write(Buffer.concat(frames));
    }, 5);
  }

  get sent(): number {
    return this.#sent;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }
}
