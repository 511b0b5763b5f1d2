/** A Todb file that cannot be used. The message names file, line and what is wrong. */
export class TodbFileError extends Error {
  readonly file: string;
  /** From 1; null: the file as a whole. */
  readonly line: number | null;
  /** What is wrong, without file and line. */
  readonly detail: string;
  constructor(file: string, line: number | null, detail: string, options?: ErrorOptions) {
    super(line === null ? `${file}: ${detail}` : `${file}:${line}: ${detail}`, options);
    this.name = 'TodbFileError';
    this.file = file;
    this.line = line;
    this.detail = detail;
  }
}
