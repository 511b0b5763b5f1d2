import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandOptions, CommandResult } from '#main/hosts';
import { openSecretStore, type SecretCipher } from '#main/secrets';
import { createSafeStorageCipher } from '../../../src/main/desktop/safe-storage.ts';

const KEY = { host: '10.0.0.11', user: 'kuantu' };
const SECRET = '密码 "p\\w$x\'';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kuantu-secrets-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

interface Call {
  argv: readonly string[];
  input: string;
}
type Answer = Partial<Omit<CommandResult, 'stdout'>> & { stdout?: string };

/** A tool that answers as the test says, and remembers what it was asked. */
function tool(answer: (call: Call) => Answer) {
  const calls: Call[] = [];
  const run = async (argv: readonly string[], { input = '' }: CommandOptions): Promise<CommandResult> => {
    const call = { argv, input: String(input) };
    calls.push(call);
    const { stdout = '', ...rest } = answer(call);
    return { kind: 'ended', exitCode: 0, stderr: '', tookMs: 1, ...rest, stdout: Buffer.from(stdout) };
  };
  return { calls, run, lines: () => calls.map(({ argv }) => argv.join(' ')) };
}

const missing = () => ({ kind: 'missing', exitCode: null }) as const;

describe("the desktop's keyring by secret-tool", () => {
  function keyring() {
    const kept = new Map<string, string>();
    return tool(({ argv, input }) => {
      const [, verb, ...rest] = argv;
      const key = rest.filter((word) => !word.startsWith('--label')).join(' ');
      if (verb === 'store') kept.set(key, input);
      if (verb === 'clear') return kept.delete(key) ? {} : { exitCode: 1 };
      const found = kept.get(key);
      return verb !== 'lookup' || found !== undefined ? { stdout: found ?? '' } : { exitCode: 1 };
    });
  }
  const open = (run: ReturnType<typeof tool>['run']) => openSecretStore({ platform: 'linux', run, file: null });

  it('keeps what it is given, by standard input and never on a command line', async () => {
    const { run, lines } = keyring();
    const store = open(run);
    expect(await store.place()).toBe('secret-tool');
    expect(await store.get(KEY)).toBeNull();
    expect(await store.set(KEY, SECRET)).toBe('secret-tool');
    expect(await store.get(KEY)).toBe(SECRET);
    expect(await store.get({ ...KEY, user: 'root' })).toBeNull();
    await store.remove(KEY);
    await store.remove(KEY);
    expect(await store.get(KEY)).toBeNull();
    expect(lines().join('\n')).not.toContain(SECRET);
    expect(lines()).toContain(
      'secret-tool store --label=KuanTu kuantu@10.0.0.11 service kuantu-ha-console host 10.0.0.11 user kuantu',
    );
  });

  it('is not there without the tool, nor without a keyring: then memory alone', async () => {
    for (const answer of [missing, () => ({ exitCode: 1, stderr: 'Cannot autolaunch D-Bus without X11 $DISPLAY' })]) {
      const store = open(tool(answer).run);
      expect(await store.place()).toBe('memory');
      expect(await store.set(KEY, SECRET)).toBe('memory');
      expect(await store.get(KEY)).toBe(SECRET);
      await store.remove(KEY);
      expect(await store.get(KEY)).toBeNull();
    }
  });

  it('says what went wrong, without what was to be kept', async () => {
    const { run } = tool(({ argv }) =>
      argv[1] === 'store' ? { exitCode: 1, stderr: 'the keyring is locked' } : { exitCode: 1 },
    );
    const store = open(run);
    const failure = await store.set(KEY, SECRET).catch((error: unknown) => error);
    expect(failure).toMatchObject({ said: { key: 'error.secretStore', params: { place: 'secret-tool' } } });
    expect(JSON.stringify(failure) + String(failure)).not.toContain(SECRET);
  });
});

describe("macOS's keychain by security", () => {
  it('keeps what it is given, its own words quoted on standard input', async () => {
    let kept: string | undefined;
    const { run, calls, lines } = tool(({ argv, input }) => {
      if (argv[1] === '-i') kept = / "-w" "([^"]*)"\n$/.exec(input)?.[1];
      if (argv[1] === 'delete-generic-password') kept = undefined;
      if (argv[1] !== 'find-generic-password') return {};
      return kept === undefined ? { exitCode: 44, stderr: 'could not be found' } : { stdout: `${kept}\n` };
    });
    const store = openSecretStore({ platform: 'darwin', run, file: null });
    const key = { host: 'h"o\\st', user: 'kuan tu' };
    expect(await store.place()).toBe('keychain');
    expect(await store.get(key)).toBeNull();
    await store.set(key, SECRET);
    expect(await store.get(key)).toBe(SECRET);
    expect(calls.find(({ argv }) => argv[1] === '-i')?.input).toMatch(
      /^"add-generic-password" "-U" "-a" "kuan tu" "-s" "kuantu-ha-console h\\"o\\\\st" "-w" "[A-Za-z0-9+/=]+"\n$/,
    );
    await store.remove(key);
    expect(await store.get(key)).toBeNull();
    expect(lines().join('\n')).not.toContain(Buffer.from(SECRET).toString('base64'));
  });
});

describe("Windows' DPAPI by PowerShell", () => {
  it('keeps ciphertext alone, in a file of its owner', async () => {
    const file = join(directory, 'state', 'secrets.json');
    // Turned around stands for enciphered.
    const turned = (base64: string) => Buffer.from(base64, 'base64').reverse().toString('base64');
    const { run, lines } = tool(({ input }) => ({ stdout: `${turned(input)}\r\n` }));
    const store = openSecretStore({ platform: 'win32', run, file });
    expect(await store.place()).toBe('dpapi');
    await store.set(KEY, SECRET);
    await store.set({ ...KEY, user: 'root' }, 'other');
    expect(await store.get(KEY)).toBe(SECRET);
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
    expect(statSync(file).mode & 0o077).toBe(0);
    await store.remove(KEY);
    expect(await store.get(KEY)).toBeNull();
    expect(await store.get({ ...KEY, user: 'root' })).toBe('other');
    const told = lines().join('\n');
    expect(told).not.toContain(Buffer.from(SECRET).toString('base64'));
    expect(told).toContain(
      'ProtectedData]::Protect($in,$null,[Security.Cryptography.DataProtectionScope]::CurrentUser)',
    );
  });

  it('is memory alone where PowerShell is not there or does not do it', async () => {
    const file = join(directory, 'secrets.json');
    for (const answer of [missing, () => ({ stdout: 'not what went in' })])
      expect(await openSecretStore({ platform: 'win32', run: tool(answer).run, file }).place()).toBe('memory');
  });
});

describe("Electron's safe storage", () => {
  function fake(over: { available?: boolean; backend?: 'basic_text' | 'gnome_libsecret' } = {}): SecretCipher {
    const { available = true, backend = 'gnome_libsecret' } = over;
    return createSafeStorageCipher(
      {
        isAsyncEncryptionAvailable: async () => available,
        getSelectedStorageBackend: () => backend,
        encryptStringAsync: async (text) => Buffer.from(text, 'utf8').reverse(),
        decryptStringAsync: async (encrypted) => ({
          shouldReEncrypt: false,
          result: Buffer.from(encrypted).reverse().toString('utf8'),
        }),
      },
      'linux',
    );
  }
  const open = (cipher: SecretCipher, file = join(directory, 'secrets.json')) =>
    openSecretStore({ platform: 'linux', run: tool(missing).run, file, cipher });

  it('comes before every other, and survives the console', async () => {
    const store = open(fake());
    expect(await store.set(KEY, SECRET)).toBe('safe-storage');
    expect(await open(fake()).get(KEY)).toBe(SECRET);
    expect(readFileSync(join(directory, 'secrets.json'), 'utf8')).not.toContain(SECRET);
  });

  it('is none where there is no key, or one that everybody knows', async () => {
    expect(await open(fake({ available: false })).place()).toBe('memory');
    expect(await open(fake({ backend: 'basic_text' })).place()).toBe('memory');
  });

  it('says so where the file is broken, and does not write over it', async () => {
    const file = join(directory, 'secrets.json');
    writeFileSync(file, '{"version":1,');
    await expect(open(fake()).get(KEY)).rejects.toMatchObject({ said: { key: 'error.secretStore' } });
    await expect(open(fake()).set(KEY, SECRET)).rejects.toMatchObject({ said: { key: 'error.secretStore' } });
    expect(readFileSync(file, 'utf8')).toBe('{"version":1,');
  });
});
