import type { Disk } from './ports.ts';

/** A {@link Disk} in files. */
export interface FileDisk extends Disk {
  /** Lets its open files go. */
  close(): Promise<void>;
}

/** Opens a folder, made where there is none; what an interrupted replacement left behind is removed. */
export async function openFileDisk(_folder: string): Promise<FileDisk> {
  throw new Error('not yet');
}
