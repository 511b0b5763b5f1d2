/** A file of a listed directory. */
export interface ListedFile {
  name: string;
  bytes: number;
  /** Seconds since the epoch, on the server's clock. */
  modifiedS: number;
  line: string;
}

/** The arguments that list a directory's files with GNU's and BusyBox's tools. */
export function listFilesCommand(directory: string): string[] {
  return ['find', directory, '-maxdepth', '1', '-type', 'f', '-exec', 'stat', '-c', '%Y %s %n', '{}', '+'];
}

/** Reads what {@link listFilesCommand} prints: names may hold spaces; lines that are none are left out. */
export function parseFileList(text: string): ListedFile[] {
  return text.split('\n').flatMap((line) => {
    const found = /^(\d{1,12}) (\d{1,16}) (.*\/)?([^/]+)$/.exec(line);
    if (!found) return [];
    const [, modifiedS, bytes, , name = ''] = found;
    return [{ name, bytes: Number(bytes), modifiedS: Number(modifiedS), line }];
  });
}

/** Files of dat and redo by their names: ours, and what a name says that holds the word. */
export function isDataFile({ name }: ListedFile): boolean {
  return /redo|dat/i.test(name);
}
