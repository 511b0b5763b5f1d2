import { type Message, message } from '#shared/domain';

/** Where something is in a file: line and column from 1, columns counted in characters. */
export interface Place {
  line: number;
  column: number;
}

export type ConfigFileProblem =
  /** The file cannot be read at all. */
  | 'unreadable'
  | 'too-large'
  /** The bytes are not what the file declares, or nothing that is read here. */
  | 'encoding'
  /** No well-formed XML. */
  | 'malformed'
  /** Well-formed, and not taken: DOCTYPE, too deep, too many elements. */
  | 'forbidden'
  | 'selector'
  | 'profile'
  /** The field is not in the file, more than once, or not where a value can be changed. */
  | 'field'
  | 'value'
  /** The file is another one than the change was made for. */
  | 'changed'
  | 'backup'
  | 'unwritable';

/** Why a configuration file is not read or not changed, in a sentence for a person; the sentence names the file. */
export class ConfigFileError extends Error {
  readonly problem: ConfigFileProblem;
  readonly said: Message;
  readonly place: Place | null;
  constructor(problem: ConfigFileProblem, said: Message, place: Place | null = null, options?: ErrorOptions) {
    super(`${said.key} ${JSON.stringify(said.params)}`, options);
    this.name = 'ConfigFileError';
    this.problem = problem;
    this.said = said;
    this.place = place;
  }
}

/** An error of a whole file. `key` is a key of the catalogue without its `configFile.` */
export function fileError(
  problem: ConfigFileProblem,
  file: string,
  key: string,
  params: Message['params'] = {},
  options?: ErrorOptions,
): ConfigFileError {
  return new ConfigFileError(problem, message(`configFile.${key}`, { file, ...params }), null, options);
}

/** An error at a place of a file; the sentence's parameters have line and column. */
export function placedError(
  problem: ConfigFileProblem,
  file: string,
  place: Place,
  key: string,
  params: Message['params'] = {},
): ConfigFileError {
  return new ConfigFileError(problem, message(`configFile.${key}`, { file, ...place, ...params }), place);
}
