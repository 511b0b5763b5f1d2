import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where an instance of a test has the other one's share mounted: a link, and once unmounted an empty directory. */
export class ShareMount {
  readonly directory: string;
  readonly #share: string;

  /** `share` need not be there yet. */
  constructor(directory: string, share: string) {
    this.directory = directory;
    this.#share = share;
    this.mount();
  }

  mount(): void {
    mkdirSync(dirname(this.directory), { recursive: true });
    rmSync(this.directory, { recursive: true, force: true });
    symlinkSync(this.#share, this.directory);
  }

  unmount(): void {
    rmSync(this.directory, { recursive: true, force: true });
    mkdirSync(this.directory);
  }
}
