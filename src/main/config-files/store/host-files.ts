import { posix } from 'node:path';
import type { CommandResult, Host } from '#main/hosts';
import { digestOf } from '../document.ts';
import { type ConfigFileProblem, fileError } from '../errors.ts';
import { MAX_FILE_BYTES } from '../text/decode.ts';
import type { ConfigFiles, ReplaceRequest, StoredFile } from './port.ts';

const TIMEOUT_MS = 10_000;
/** For a whole file, over a slow line. */
const CONTENT_TIMEOUT_MS = 120_000;
const LOCK_TRIES = 50;
const NAMED_DIGITS = 12;

export interface HostFilesOptions {
  /** Whether the commands need root: run through `sudo -n` where the host's access says so. */
  privileged?: boolean;
}

/**
 * The files of a Linux server, by single commands of its own (docs/configuration-files.md lists them): no agent, no
 * shell. Paths are absolute.
 */
export function hostConfigFiles(host: Host, { privileged = false }: HostFilesOptions = {}): ConfigFiles {
  const files = new HostFiles(host, privileged);
  return {
    name: host.name,
    read: (path) => files.read(path),
    replace: (path, bytes, request) => files.replace(path, bytes, request),
    list: (directory) => files.list(directory),
  };
}

interface Run {
  input?: Buffer;
  timeoutMs?: number;
  outputBytes?: number;
}

class HostFiles {
  readonly #host: Host;
  readonly #privileged: boolean;

  constructor(host: Host, privileged: boolean) {
    this.#host = host;
    this.#privileged = privileged;
  }

  async read(path: string): Promise<StoredFile> {
    mustBeAbsolute(path);
    const real = await this.#text(path, ['readlink', '-e', '--', path], 'unreadable');
    const [kind = '', size = ''] = (await this.#text(path, ['stat', '-c', '%F|%s', '--', real], 'unreadable')).split(
      '|',
    );
    if (!kind.startsWith('regular')) throw fileError('unreadable', path, 'noFile');
    if (Number(size) > MAX_FILE_BYTES)
      throw fileError('too-large', path, 'tooLarge', { bytes: Number(size), most: MAX_FILE_BYTES });
    const content = { timeoutMs: CONTENT_TIMEOUT_MS, outputBytes: MAX_FILE_BYTES + 64 * 1024 };
    return { path: real, bytes: await this.#run(path, ['cat', '--', real], 'unreadable', content) };
  }

  async replace(path: string, bytes: Uint8Array, { expectedDigest, backup }: ReplaceRequest): Promise<void> {
    mustBeAbsolute(path);
    mustBeAbsolute(backup);
    const lock = `${path}.lock`;
    await this.#lock(path, lock);
    const made = `${path}.${digestOf(bytes).slice(0, NAMED_DIGITS)}.new`;
    try {
      if ((await this.#digest(path)) !== expectedDigest) throw fileError('changed', path, 'changed');
      await this.#mustBeWritable(path);
      await this.#keep(path, backup, expectedDigest);
      // The new file begins as a copy of the old one, for its mode, owner and whatever else it has.
      await this.#run(path, ['cp', '--preserve=all', '-T', '--', path, made], 'unwritable');
      await this.#mustBelongAlike(path, made);
      const content = { input: Buffer.from(bytes), timeoutMs: CONTENT_TIMEOUT_MS };
      await this.#run(
        path,
        ['dd', `of=${made}`, 'bs=1M', 'iflag=fullblock', 'conv=fsync', 'status=none'],
        'unwritable',
        content,
      );
      if ((await this.#digest(made)) !== digestOf(bytes)) throw fileError('unwritable', path, 'notAsWritten');
      await this.#run(path, ['mv', '-f', '-T', '--', made, path], 'unwritable');
    } finally {
      await this.#host.run(['rm', '-f', '--', made, lock], { timeoutMs: TIMEOUT_MS, privileged: this.#privileged });
    }
  }

  async list(directory: string): Promise<string[]> {
    mustBeAbsolute(directory);
    const argv = ['find', directory, '-maxdepth', '1', '-type', 'f', '-printf', '%f\\0'];
    const result = await this.#result(argv);
    if (/No such file/.test(result.stderr)) return [];
    if (!isDone(result)) throw trouble(directory, 'unreadable', result);
    return result.stdout.toString('utf8').split('\0').slice(0, -1);
  }

  async #digest(path: string): Promise<string> {
    return (await this.#text(path, ['sha256sum', '-b', '--', path], 'unreadable')).replace(/^\\/, '').slice(0, 64);
  }

  /** Replacing needs the directory alone: a file that is read-only on purpose would not be asked, and root asks none. */
  async #mustBeWritable(path: string): Promise<void> {
    const found = await this.#text(path, ['find', path, '-maxdepth', '0', '-perm', '/222'], 'unreadable');
    if (found === '') throw fileError('unwritable', path, 'readOnly');
    await this.#run(path, ['test', '-w', path], 'unwritable');
  }

  /** Whoever may not give files away has made a copy of their own, and nobody is told by `cp`. */
  async #mustBelongAlike(path: string, made: string): Promise<void> {
    const [one, other] = (await this.#text(path, ['stat', '-c', '%u:%g', '--', path, made], 'unreadable')).split('\n');
    if (one !== other) throw fileError('unwritable', path, 'ownerNotKept');
  }

  /** A backup that is there already must be of this very content. */
  async #keep(path: string, backup: string, expectedDigest: string): Promise<void> {
    const isThere = isDone(await this.#result(['test', '-e', backup]));
    if (!isThere) await this.#run(backup, ['cp', '--preserve=all', '-T', '--', path, backup], 'unwritable');
    if ((await this.#digest(backup)) !== expectedDigest) throw fileError('unwritable', backup, 'notAsWritten');
  }

  /** Makes the file that keeps others of ours away; one that was left behind is removed. */
  async #lock(path: string, lock: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      const made = await this.#result(['dd', 'if=/dev/null', `of=${lock}`, 'conv=excl', 'status=none']);
      if (isDone(made)) return;
      if (!/File exists/.test(made.stderr)) throw trouble(path, 'unwritable', made);
      await this.#result(['find', lock, '-maxdepth', '0', '-mmin', '+0.5', '-delete']);
      if (tries >= LOCK_TRIES) throw fileError('unwritable', path, 'locked', { lock });
    }
  }

  async #text(path: string, argv: readonly string[], problem: ConfigFileProblem): Promise<string> {
    return (await this.#run(path, argv, problem)).toString('utf8').replace(/\n$/, '');
  }

  async #run(path: string, argv: readonly string[], problem: ConfigFileProblem, run: Run = {}): Promise<Buffer> {
    const result = await this.#result(argv, run);
    if (!isDone(result)) throw trouble(path, problem, result);
    return result.stdout;
  }

  #result(argv: readonly string[], { timeoutMs = TIMEOUT_MS, ...run }: Run = {}): Promise<CommandResult> {
    return this.#host.run(argv, { timeoutMs, privileged: this.#privileged, ...run });
  }
}

const isDone = ({ kind, exitCode }: CommandResult) => kind === 'ended' && exitCode === 0;

function mustBeAbsolute(path: string): void {
  if (!path.startsWith('/')) throw fileError('unreadable', path, 'notAbsolute');
}

/** `readlink -e` says nothing of a file that is not there. */
function trouble(path: string, problem: ConfigFileProblem, { kind, exitCode, stderr }: CommandResult) {
  const isMissing = kind === 'ended' && (/No such file/.test(stderr) || (problem === 'unreadable' && stderr === ''));
  if (isMissing && problem === 'unwritable') return fileError(problem, posix.dirname(path), 'noDirectory');
  if (isMissing) return fileError(problem, path, 'missing');
  const words = stderr.split('\n')[0] ?? '';
  return fileError(problem, path, problem === 'unwritable' ? 'unwritable' : 'unreadable', {
    code: kind === 'ended' ? words || `exit code ${exitCode}` : `${kind} ${words}`.trim(),
  });
}
