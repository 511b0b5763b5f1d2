import type { CommandResult, Host } from '#main/hosts';
import { message } from '#shared/domain';
import { type Finding, LookEnded, printed, unknown } from '../finding.ts';

const OUTPUT_BYTES = 8 * 1024 * 1024;

/** A script as arguments that every shell takes as they are: in base64 of UTF-16, as PowerShell wants it. */
export function powerShellCommand(script: string): string[] {
  const encoded = Buffer.from(script, 'utf16le').toString('base64');
  return ['powershell.exe', '-NoProfile', '-NonInteractive', '-EncodedCommand', encoded];
}

/** Runs a script of ours there; what it came to is the caller's to read. */
export function runPowerShell(host: Host, script: string, timeoutMs: number): Promise<CommandResult> {
  return host.run(powerShellCommand(script), { timeoutMs, outputBytes: OUTPUT_BYTES, plain: true });
}

/** What a script says of the server. Throws {@link LookEnded} where it ended badly, or says something else. */
export async function askedOfWindows<T>(
  host: Host,
  { name, script, timeoutMs }: { name: string; script: string; timeoutMs: number },
  parse: (text: string) => T | undefined,
): Promise<T> {
  const result = await runPowerShell(host, script, timeoutMs);
  const text = printed(['powershell.exe', name], result);
  const found = parse(text);
  if (found === undefined) throw new LookEnded(notUnderstood(name, text));
  return found;
}

const notUnderstood = (name: string, text: string): Finding =>
  unknown(message('check.windows.notUnderstood', { name }), [text.slice(0, 200)]);
