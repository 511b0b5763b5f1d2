import type { KeptEphemeral, ZooKeeperSession } from '#core/zookeeper';
import { type PairPaths, parseRecord, type Registration, recordText, registrationSchema } from '#shared/domain';

/** The instance's own node under `/instances`, kept in being and up to date. */
export class OwnRegistration {
  readonly #zookeeper: ZooKeeperSession;
  readonly #paths: PairPaths;
  readonly #instance: string;
  #kept: KeptEphemeral | undefined;
  #written = '';
  #standsInGeneration: number | undefined;

  constructor(zookeeper: ZooKeeperSession, paths: PairPaths, instance: string) {
    this.#zookeeper = zookeeper;
    this.#paths = paths;
    this.#instance = instance;
  }

  /**
   * Registers. A node of the same name is this instance's own left-over if one of `incarnations` made it; another's is
   * waited for until it goes.
   */
  begin(record: Registration, incarnations: readonly string[]): void {
    const path = this.#paths.instance(this.#instance);
    const isOwn = (found: Buffer) => incarnations.includes(parseRecord(registrationSchema, path, found).incarnation);
    this.#written = recordText(record);
    this.#kept = this.#zookeeper.keepEphemeral(path, Buffer.from(this.#written), isOwn);
  }

  /** Writes the record if it differs from what was written last; before `begin` nothing. */
  update(record: Registration): void {
    const text = recordText(record);
    if (this.#kept === undefined || text === this.#written) return;
    this.#written = text;
    this.#kept.update(Buffer.from(text));
  }

  problem(): string | undefined {
    return this.#kept?.problem();
  }

  /** Resolves when the latest record stands in ZooKeeper; rejects once the session is closed. */
  async settled(): Promise<void> {
    const { generation } = this.#zookeeper.status();
    await this.#kept?.settled();
    if (this.#zookeeper.status().generation === generation) this.#standsInGeneration = generation;
  }

  /** Whether it has stood in the session of that generation. */
  stoodIn(generation: number): boolean {
    return this.#standsInGeneration === generation;
  }
}
