import type { AppendFile, Disk, FileInfo } from '#mtnode/redo';
import type { ModelDisk } from '#test/model-disk';
import type { Seeded } from './random.ts';

/**
 * A folder whose process is killed at one of its writing calls, counted from the first: what that call does may be done
 * wholly, in part or not at all, and neither it nor any later one ever answers.
 */
export class DyingDisk implements Disk {
  readonly died: Promise<void>;
  /** A half-written replacement that the killed process leaves behind. */
  leftover: { name: string; bytes: Uint8Array } | undefined;
  readonly #model: ModelDisk;
  readonly #random: Seeded;
  #callsLeft: number;
  #die: () => void = () => {};

  constructor(model: ModelDisk, random: Seeded, calls: number) {
    this.#model = model;
    this.#random = random;
    this.#callsLeft = calls;
    this.died = new Promise((resolve) => {
      this.#die = resolve;
    });
  }

  list(): Promise<FileInfo[]> {
    return this.#alive(() => this.#model.list());
  }

  read(name: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#alive(() => this.#model.read(name, offset, length));
  }

  async openAppend(name: string): Promise<AppendFile> {
    const file = await this.#write(
      () => this.#model.openAppend(name),
      async () => this.#random.chance(0.5) && (await this.#model.openAppend(name)),
    );
    return {
      append: (pieces) =>
        this.#write(
          () => file.append(pieces),
          () => file.append([this.#part(Buffer.concat(pieces))]),
        ),
      sync: () =>
        this.#write(
          () => file.sync(),
          async () => this.#random.chance(0.5) && (await file.sync()),
        ),
      close: () => this.#alive(() => file.close()),
    };
  }

  async replace(name: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of content instanceof Uint8Array ? [content] : content) pieces.push(Buffer.from(piece));
    const bytes = Buffer.concat(pieces);
    await this.#write(
      () => this.#model.replace(name, bytes),
      async () => {
        if (this.#random.chance(0.5)) await this.#model.replace(name, bytes);
        else this.leftover = { name: `${name}.new`, bytes: this.#part(bytes) };
      },
    );
  }

  poke(name: string, offset: number, bytes: Uint8Array): Promise<void> {
    return this.#write(
      () => this.#model.poke(name, offset, bytes),
      () => this.#model.poke(name, offset, this.#part(bytes)),
    );
  }

  truncate(name: string, bytes: number): Promise<void> {
    return this.#maybe(() => this.#model.truncate(name, bytes));
  }

  remove(name: string): Promise<void> {
    return this.#maybe(() => this.#model.remove(name));
  }

  #maybe(call: () => Promise<void>): Promise<void> {
    return this.#write(call, async () => this.#random.chance(0.5) && (await call()));
  }

  /** Does the call, or, when the time has come, what is left of it; then there is no answer. */
  async #write<T>(call: () => Promise<T>, last: () => Promise<unknown>): Promise<T> {
    if (this.#callsLeft <= 0) return never();
    if (--this.#callsLeft > 0) return call();
    await last();
    this.#die();
    return never();
  }

  #alive<T>(call: () => Promise<T>): Promise<T> {
    return this.#callsLeft > 0 ? call() : never();
  }

  #part(bytes: Uint8Array): Uint8Array {
    return bytes.subarray(0, this.#random.between(0, bytes.length));
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
