import { SECRET_SERVICE, type SecretBackend, type SecretKey } from './port.ts';
import { didWell, mustDo, type RunTool, runTool } from './tool.ts';

const NOT_FOUND = 44;

/**
 * macOS's keychain, by `security`. It reads a new password from its command line or a terminal alone, so the whole command
 * goes to `security -i` on its standard input. The secret is kept as base64: the tool prints what is not ASCII in hex.
 */
export function createKeychain(run: RunTool): SecretBackend {
  const names = ({ host, user }: SecretKey) => ['-a', user, '-s', `${SECRET_SERVICE} ${host}`];
  return {
    place: 'keychain',
    isAvailable: async () => didWell(await runTool(run, ['security', 'default-keychain'])),
    async get(key) {
      const result = await runTool(run, ['security', 'find-generic-password', ...names(key), '-w']);
      if (result.kind === 'ended' && result.exitCode === NOT_FOUND) return null;
      mustDo('keychain', result);
      return Buffer.from(result.stdout.toString('latin1').trim(), 'base64').toString('utf8');
    },
    async set(key, secret) {
      const base64 = Buffer.from(secret, 'utf8').toString('base64');
      const line = ['add-generic-password', '-U', ...names(key), '-w', base64].map(quoted).join(' ');
      mustDo('keychain', await runTool(run, ['security', '-i'], `${line}\n`));
    },
    async remove(key) {
      const result = await runTool(run, ['security', 'delete-generic-password', ...names(key)]);
      if (result.exitCode !== NOT_FOUND) mustDo('keychain', result);
    },
  };
}

/** As `security -i` takes its words apart. Hosts and users have no line breaks: the schema holds that. */
function quoted(word: string): string {
  return `"${word.replace(/[\\"]/g, '\\$&')}"`;
}
