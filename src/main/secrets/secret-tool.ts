import { SECRET_SERVICE, type SecretBackend, type SecretKey } from './port.ts';
import { didWell, mustDo, type RunTool, runTool } from './tool.ts';

/** The desktop's keyring on Linux, by libsecret's `secret-tool`. */
export function createSecretTool(run: RunTool): SecretBackend {
  const attributes = ({ host, user }: SecretKey) => ['service', SECRET_SERVICE, 'host', host, 'user', user];
  const lookUp = (key: SecretKey) => runTool(run, ['secret-tool', 'lookup', ...attributes(key)]);
  return {
    place: 'secret-tool',
    async isAvailable() {
      // What is not there ends with 1 and says nothing; without a keyring it says why.
      const result = await lookUp({ host: 'availability', user: 'availability' });
      return result.kind === 'ended' && (result.exitCode === 0 || result.stderr === '');
    },
    async get(key) {
      const result = await lookUp(key);
      const secret = didWell(result) ? result.stdout.toString('utf8').replace(/\n$/, '') : '';
      return secret === '' ? null : secret;
    },
    async set(key, secret) {
      const label = `KuanTu ${key.user}@${key.host}`;
      mustDo(
        'secret-tool',
        await runTool(run, ['secret-tool', 'store', `--label=${label}`, ...attributes(key)], secret),
      );
    },
    async remove(key) {
      const result = await runTool(run, ['secret-tool', 'clear', ...attributes(key)]);
      // Nothing to clear ends with 1.
      if (result.stderr !== '') mustDo('secret-tool', result);
    },
  };
}
