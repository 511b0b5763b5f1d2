import { lstatSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Where an instance has the other one's share mounted (F3): a link to it, and once unmounted what a lost mount leaves
 * behind: an empty directory. What is there is asked of the file system: others may remount it as well.
 */
export class PracticeMount {
  readonly directory: string;
  /** The other instance's; it need not be there yet. */
  readonly share: string;

  constructor(directory: string, share: string) {
    this.directory = directory;
    this.share = share;
  }

  get mounted(): boolean {
    return lstatSync(this.directory, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  }

  async mount(): Promise<void> {
    if (this.mounted) return;
    await mkdir(dirname(this.directory), { recursive: true });
    await this.#clear();
    // Windows lets every user make junctions; elsewhere the kind does not count.
    await symlink(this.share, this.directory, 'junction');
  }

  async unmount(): Promise<void> {
    await this.#clear();
    await mkdir(this.directory, { recursive: true });
  }

  /** Removes the link, never what it leads to; or the empty directory with whatever was put into it meanwhile. */
  async #clear(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
