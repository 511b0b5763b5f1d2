/** What a backup's name says: when it was made, and of what content. */
export interface BackupName {
  /** Its file name, without directory. */
  name: string;
  /** Epoch ms. */
  atMs: number;
  /** The first 12 hex digits of the SHA-256 of its bytes. */
  digest: string;
}

const DIGEST_DIGITS = 12;
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z\.([0-9a-f]{12})\.bak$/;

/** `Todb_mt.xml.20260701T013000.000Z.0123456789ab.bak`: in UTC, without what Windows forbids in names. */
export function backupName(file: string, atMs: number, digest: string): string {
  const time = new Date(atMs).toISOString().replace(/[-:]/g, '');
  return `${file}.${time}.${digest.slice(0, DIGEST_DIGITS)}.bak`;
}

/** Which of a directory's names are backups of a file, the latest first. */
export function backupsAmong(names: readonly string[], file: string): BackupName[] {
  return names
    .flatMap((name) => {
      const found = name.startsWith(`${file}.`) ? NAME.exec(name.slice(file.length + 1)) : null;
      if (!found) return [];
      const [, year, month, day, hour, minute, second, ms, digest = ''] = found;
      const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
      return Number.isNaN(atMs) ? [] : [{ name, atMs, digest }];
    })
    .sort((one, other) => other.atMs - one.atMs || (one.name < other.name ? 1 : -1));
}
