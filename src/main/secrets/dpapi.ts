import type { SecretCipher } from './cipher.ts';
import { mustDo, type RunTool, runTool } from './tool.ts';

const SCRIPT_HEAD =
  "$ErrorActionPreference='Stop';Add-Type -AssemblyName System.Security;" +
  '$in=[Convert]::FromBase64String([Console]::In.ReadToEnd().Trim());';
const SCOPE = '$null,[Security.Cryptography.DataProtectionScope]::CurrentUser';
const SCRIPTS = {
  protect: `${SCRIPT_HEAD}[Convert]::ToBase64String([Security.Cryptography.ProtectedData]::Protect($in,${SCOPE}))`,
  unprotect: `${SCRIPT_HEAD}[Convert]::ToBase64String([Security.Cryptography.ProtectedData]::Unprotect($in,${SCOPE}))`,
} as const;

/** Windows' DPAPI for this user, through PowerShell: base64 in on the standard input, base64 out. */
export function createDpapi(run: RunTool): SecretCipher {
  async function ask(script: keyof typeof SCRIPTS, bytes: Buffer): Promise<Buffer> {
    const argv = ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', SCRIPTS[script]];
    const result = await runTool(run, argv, bytes.toString('base64'));
    mustDo('dpapi', result);
    return Buffer.from(result.stdout.toString('latin1').trim(), 'base64');
  }
  return {
    place: 'dpapi',
    async isAvailable() {
      const probe = Buffer.from('probe');
      const back = await ask('protect', probe)
        .then((encrypted) => ask('unprotect', encrypted))
        .catch(() => undefined);
      return back?.equals(probe) ?? false;
    },
    encrypt: (secret) => ask('protect', Buffer.from(secret, 'utf8')),
    decrypt: async (encrypted) => (await ask('unprotect', encrypted)).toString('utf8'),
  };
}
