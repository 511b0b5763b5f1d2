import { createHash } from 'node:crypto';
import type { CommandResult, Host } from '#main/hosts';
import { ofBytes, toBytes } from './text.ts';

const FILE_TIMEOUT_MS = 10_000;
const MAX_FILE_BYTES = 1024 * 1024;

/** A command on a server that did not do. */
export class StepCommandError extends Error {
  readonly argv: readonly string[];
  readonly result: CommandResult;
  constructor(argv: readonly string[], result: CommandResult) {
    super(`${argv.join(' ')}: ${result.kind} ${result.exitCode ?? ''} ${result.stderr}`);
    this.name = 'StepCommandError';
    this.argv = argv;
    this.result = result;
  }
}

/** Runs a command as root. Throws {@link StepCommandError} where it does not end with an allowed code. */
export async function must(
  host: Host,
  argv: readonly string[],
  { allowed = [0], input }: { allowed?: readonly number[]; input?: Buffer } = {},
): Promise<CommandResult> {
  const result = await host.run(argv, {
    timeoutMs: FILE_TIMEOUT_MS,
    outputBytes: MAX_FILE_BYTES,
    privileged: true,
    ...(input === undefined ? {} : { input }),
  });
  if (result.kind !== 'ended' || result.exitCode === null || !allowed.includes(result.exitCode))
    throw new StepCommandError(argv, result);
  return result;
}

/** A file's text, its bytes as characters; null where there is none. */
export async function readText(host: Host, path: string): Promise<string | null> {
  const argv = ['cat', '--', path];
  const result = await must(host, argv, { allowed: [0, 1] });
  if (result.exitCode === 0) return ofBytes(result.stdout);
  if (/No such file or directory/.test(result.stderr)) return null;
  throw new StepCommandError(argv, result);
}

/**
 * Replaces a file in one step, with its owner, mode and labels, and keeps the old one beside it under `backup`. A crash
 * leaves the old or the new one; what is left beside it is overwritten the next time. Follows a link to where it points.
 */
export async function writeText(host: Host, path: string, text: string, backup: string | null): Promise<void> {
  const place = backup === null ? path : await linkTarget(host, path);
  const draft = `${place}.kuantu-new`;
  if (backup === null) await must(host, ['install', '-D', '-m', '0644', '/dev/null', draft]);
  else {
    await must(host, ['cp', '-a', '--', place, backup]);
    await must(host, ['cp', '-a', '--', place, draft]);
  }
  await must(host, ['dd', `of=${draft}`, 'bs=65536', 'conv=fsync', 'status=none'], { input: toBytes(text) });
  await must(host, ['mv', '-f', '-T', '--', draft, place]);
}

/** Puts a backup back in the place of the file. */
export async function restoreText(host: Host, path: string, backup: string): Promise<void> {
  await must(host, ['mv', '-f', '-T', '--', backup, await linkTarget(host, path)]);
}

async function linkTarget(host: Host, path: string): Promise<string> {
  const { stdout } = await must(host, ['readlink', '-f', '--', path]);
  return stdout.toString('utf8').replace(/\n$/, '');
}

/** What a text is known by later. */
export function digestOf(text: string): string {
  return createHash('sha256').update(toBytes(text)).digest('hex');
}
