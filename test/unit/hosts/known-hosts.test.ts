import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fingerprint,
  judgeHostKey,
  keyType,
  knownHostLine,
  knownKeyTypes,
} from '../../../src/main/hosts/known-hosts.ts';

function key(type: string, seed: string): Buffer {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, Buffer.from(seed)]);
}

const ED = key('ssh-ed25519', 'one');
const OTHER = key('ssh-ed25519', 'two');
const RSA = key('ssh-rsa', 'three');
const line = (hosts: string, of = ED) => `${hosts} ${keyType(of)} ${of.toString('base64')}`;
const says = (text: string, host = 'db-1', port = 22, shown = ED) => judgeHostKey(text, host, port, shown).says;

describe('a known-hosts file', () => {
  it('knows a host by its name, in any case, among others, and with a comment', () => {
    expect(says(line('db-1'))).toBe('known');
    expect(says(`# note\n\n${line('DB-1,10.0.0.1')} root@x`)).toBe('known');
    expect(says(line('db-1'), 'DB-1')).toBe('known');
    expect(says(line('db-2'))).toBe('unknown');
    expect(says('')).toBe('unknown');
  });

  it('knows a port other than 22 apart', () => {
    expect(says(line('[db-1]:2222'), 'db-1', 2222)).toBe('known');
    expect(says(line('[db-1]:2222'))).toBe('unknown');
    expect(says(line('db-1'), 'db-1', 2222)).toBe('unknown');
    expect(says(knownHostLine('db-1', 2222, ED), 'db-1', 2222)).toBe('known');
  });

  it('knows hashed names', () => {
    const salt = Buffer.from('0123456789abcdef0123');
    const hash = createHmac('sha1', salt).update('db-1').digest('base64');
    expect(says(line(`|1|${salt.toString('base64')}|${hash}`))).toBe('known');
    expect(says(line(`|1|${salt.toString('base64')}|${hash}`), 'db-2')).toBe('unknown');
  });

  it('knows patterns, and what they leave out', () => {
    expect(says(line('db-*'))).toBe('known');
    expect(says(line('db-?,!db-1'))).toBe('unknown');
    expect(says(line('*.example'), 'a.example')).toBe('known');
    expect(says(line('*.example'), 'aXexample')).toBe('unknown');
  });

  it('tells a changed key with the fingerprints that were known, also where only another type was', () => {
    expect(judgeHostKey(line('db-1'), 'db-1', 22, OTHER)).toEqual({ says: 'changed', expected: [fingerprint(ED)] });
    expect(judgeHostKey(line('db-1', RSA), 'db-1', 22, ED)).toEqual({ says: 'changed', expected: [fingerprint(RSA)] });
    expect(says(`${line('db-1', RSA)}\n${line('db-1')}`)).toBe('known');
    expect(knownKeyTypes(`${line('db-1', RSA)}\n${line('db-2')}`, 'db-1', 22)).toEqual(['ssh-rsa']);
  });

  it('takes no revoked key, and no certificate authority for a host key', () => {
    expect(says(`${line('db-1')}\n@revoked ${line('*')}`)).toBe('revoked');
    expect(says(`@cert-authority ${line('db-1')}`)).toBe('unknown');
  });

  it('passes over what is no line', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (junk) => {
        const text = `${junk.map((each) => `#${each.replaceAll(/[\r\n]/g, '')}`).join('\n')}\n${line('db-1')}\nx\ndb-1 ssh-rsa !!!`;
        expect(says(text)).toBe('known');
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void judgeHostKey(text, 'db-1', 22, ED)));
  });

  it('prints fingerprints as OpenSSH does', () => {
    const known = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'base64');
    expect(fingerprint(known)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
  });
});
